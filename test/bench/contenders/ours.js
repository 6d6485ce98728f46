import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthEventSink, AuthModule } from '../../../dist/index.js';
import { AuthGuard } from '../../../dist/transport/auth.guard.js';

/** Writing a line for each denial is a choice of the application: nobody else here does. */
class SilentSink extends AuthEventSink {
  denied() {}
}

/** @param {import('./contender.js').Trust} trust */
export function jwtScheme({ issuer, audience, jwksUri }, changes = {}) {
  return { jwtValidatorConfig: { issuer, audience, signatureConfig: { jwksConfig: { url: jwksUri, preload: true } }, ...changes } };
}

/** @param {object} options */
export function protectWith(options) {
  return { imports: [AuthModule.forRoot({ eventSink: SilentSink, ...options })], guard: AuthGuard, isGlobal: true };
}

/** @type {import('./contender.js').Contender} */
export const ours = {
  name: 'nest-service-auth',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  protect: (trust) => protectWith({ schemes: { sts: jwtScheme(trust) }, defaultAuth: ['sts'] }),
};

/** The token belongs to the last of three schemes. @type {import('./contender.js').Contender} */
export const oursWithSchemes = {
  name: 'nest-service-auth, third of 3 schemes',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  protect: (trust) =>
    protectWith({
      schemes: {
        users: { fileUserStoreConfig: { path: writeUsersFile(), allowPlainText: true } },
        partner: jwtScheme({ ...trust, ...trust.partner }),
        sts: jwtScheme(trust),
      },
      defaultAuth: ['users', 'partner', 'sts'],
    }),
};

/** With the option that remembers bad tokens. @type {import('./contender.js').Contender} */
export const oursRememberingBad = {
  name: 'nest-service-auth, rejectedCacheConfig',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  protect: (trust) => protectWith({ schemes: { sts: jwtScheme(trust, { rejectedCacheConfig: {} }) }, defaultAuth: ['sts'] }),
};

/** By client certificates. @type {import('./contender.js').Contender} */
export const oursByCertificate = {
  name: 'nest-service-auth, mutualSslConfig',
  algorithms: ['X.509'],
  protect: () => protectWith({ schemes: { machines: { mutualSslConfig: {} } }, defaultAuth: ['machines'] }),
};

/** @param {string} password - as the file holds it: a PHC string, or plain text */
export function writeUsersFile(password = 'opensesame') {
  const path = join(mkdtempSync(join(tmpdir(), 'nest-service-auth-bench-')), 'Config.toml');
  writeFileSync(path, `[[auth.users]]\nusername = "alice"\npassword = "${password}"\nscopes = ["add_order"]\n`, { mode: 0o600 });
  return path;
}
