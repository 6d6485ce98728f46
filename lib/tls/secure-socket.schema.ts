import * as z from 'zod';
import { chosen, fields, optional, text } from '../config/schema.js';
import { isJsonObject } from '../json-object.js';
import { isCipherSuite, isTls13Suite } from './cipher-suites.js';
import type { Pkcs12File } from './pkcs12.js';
import type { KeyConfig, SecureSocketConfig } from './secure-socket.config.js';

const pkcs12 = fields(() => ({ path: text, password: z.string() }));
const TRUST = 'must be the path of a PEM file, the PEM text itself, or { path, password } of a PKCS#12 trust store';
const pem = z.string(TRUST).min(1, TRUST);

/** The schema of certificates to trust: a PEM file, the PEM text, or a PKCS#12 trust store. */
export const trustSchema = chosen<string | Pkcs12File>((given) => (isJsonObject(given) ? pkcs12 : pem));

/** The schema of a {@link KeyConfig}. */
export const keyConfigSchema = fields(() => ({
  certFile: optional(text),
  keyFile: optional(text),
  keyPassword: optional(z.string()),
  path: optional(text),
  password: optional(z.string()),
})).transform(({ certFile, keyFile, keyPassword, path, password }, context): KeyConfig => {
  if (certFile !== undefined && keyFile !== undefined && path === undefined && password === undefined)
    return { certFile, keyFile, ...(keyPassword !== undefined && { keyPassword }) };
  if (path !== undefined && password !== undefined && certFile === undefined && keyFile === undefined && keyPassword === undefined)
    return { path, password };
  context.addIssue('must have certFile and keyFile (and keyPassword if the key is encrypted), or path and password of a PKCS#12 file');
  return z.NEVER;
});

/** The schema of a {@link ClientSecureSocket}. */
export const clientSecureSocketSchema = fields(() => ({
  cert: optional(trustSchema),
  key: optional(keyConfigSchema),
  disable: optional(z.boolean()),
})).refine((given) => Object.keys(given).length > 0, 'is empty: name cert, key or disable, or leave it out to trust the CAs of the system');

const version = z.enum(['TLSv1.2', 'TLSv1.3'], { error: 'must be "TLSv1.2" or "TLSv1.3": older versions are not secure' });
const cipher = text.refine(isCipherSuite, 'is not a cipher suite of this Node. `node -p "tls.getCiphers()"` lists them.');
const positive = (limit: number) =>
  z.number().refine((value) => value > 0 && value <= limit, `must be a number of seconds above 0, and at most ${limit}`);

/** The schema of a {@link SecureSocketConfig}. */
export const secureSocketSchema = fields(() => ({
  key: keyConfigSchema,
  mutualSsl: optional(fields(() => ({ verifyClient: optional(z.enum(['REQUIRE', 'OPTIONAL'])), cert: trustSchema, crl: optional(text) }))),
  protocol: optional(
    fields(() => ({
      name: optional(z.literal('TLS')),
      versions: optional(z.array(version).min(1, 'must name a version, or be left out')),
    })),
  ),
  ciphers: optional(z.array(cipher).min(1, 'must name a cipher suite, or be left out')),
  shareSession: optional(z.boolean()),
  sessionTimeout: optional(positive(86_400)),
  handshakeTimeout: optional(positive(600)),
})).refine(hasCipherForVersion, {
  path: ['ciphers'],
  error:
    'has no cipher suite for the version in protocol.versions: those of TLS 1.3 begin with TLS_AES or TLS_CHACHA20, and serve no other version',
}) satisfies z.ZodType<SecureSocketConfig>;

/** With both versions Node speaks the one that has a suite; with one alone every handshake would fail. */
function hasCipherForVersion({ ciphers, protocol }: { ciphers?: readonly string[]; protocol?: SecureSocketConfig['protocol'] }): boolean {
  const [only, another] = new Set(protocol?.versions);
  if (ciphers === undefined || only === undefined || another !== undefined) return true;
  return ciphers.some((suite) => isTls13Suite(suite) === (only === 'TLSv1.3'));
}
