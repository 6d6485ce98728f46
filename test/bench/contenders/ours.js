import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthEventSink, AuthModule } from '../../../dist/index.js';
import { AuthGuard } from '../../../dist/transport/auth.guard.js';

/** Writing a line for each denial is a choice of the application: nobody else here does. */
class SilentSink extends AuthEventSink {
  denied() {}
}

/** The name of the cookie with the token. */
export const COOKIE = 'access_token';

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

/** The token comes in a cookie. @type {import('./contender.js').Contender} */
export const oursWithCookie = {
  name: 'nest-service-auth, cookie',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  carrier: 'cookie',
  protect: (trust) => protectWith({ schemes: { sts: jwtScheme(trust, { tokenFrom: [{ cookie: COOKIE }] }) }, defaultAuth: ['sts'] }),
};

/** Two issuers, each with keys of its own, which are discovered. @type {import('./contender.js').Contender} */
export const oursWithIssuers = {
  name: 'nest-service-auth, list of 2 issuers',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  protect: ({ issuer, audience, partner }) => {
    const issuers = [issuer, .../** @type {string[]} */ (partner === undefined ? [] : [partner.issuer])];
    return protectWith({
      schemes: { sts: { jwtValidatorConfig: { issuer: issuers, audience, discoveryConfig: { preload: true } } } },
      defaultAuth: ['sts'],
    });
  },
};

/** What the application knows of a caller: asked once for each token. */
class BenchEnricher {
  enrich() {
    return { roles: ['clerk'], user: { id: 7 } };
  }
}

/** With an enricher whose results are remembered. @type {import('./contender.js').Contender} */
export const oursEnriched = {
  name: 'nest-service-auth, enricher cached',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  protect: (trust) =>
    protectWith({
      schemes: { sts: jwtScheme(trust) },
      defaultAuth: ['sts'],
      enricher: BenchEnricher,
      enricherCache: { capacity: 3000, maxAge: 600 },
    }),
};

/** Callers without credentials would be admitted, too. @type {import('./contender.js').Contender} */
export const oursOptional = {
  name: "nest-service-auth, list with 'anonymous'",
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  protect: (trust) => protectWith({ schemes: { sts: jwtScheme(trust) }, defaultAuth: ['sts', 'anonymous'] }),
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
