import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthConfigurationError, type Authenticator, AuthUnavailableError, type Verdict } from 'nest-service-auth';
import forge from 'node-forge';
import { createSelfSigned, type IssuedCertificate, toPkcs12 } from '../../support/certificates.js';
import { startServer, type TestServer } from '../../support/https-server.js';
import { bearer, createKey, createSecret, mint } from '../../support/tokens.js';
import { prepare } from '../../unit/strategies/jwt/setup.js';

type Json = Record<string, unknown>;

interface Case {
  readonly id: string;
  readonly config: Json & { readonly signatureConfig: Json };
  /** The name of a token, or a text that is none. */
  readonly token: string;
  /** What Ballerina does, and its words for it. */
  readonly expected: 'accept' | 'reject';
  readonly why?: string;
  /** This module's reason for a refusal. */
  readonly reason?: string;
  readonly claims?: Json;
  /** Where this module does something else: what, and why. */
  readonly differs?: { readonly answer: 'boot' | 'unavailable'; readonly reason: string; readonly message?: string };
}

interface Table {
  readonly tokens: Readonly<
    Record<string, { readonly header: { readonly alg: 'RS256' | 'HS256'; readonly kid?: string }; readonly payload: Json }>
  >;
  readonly cases: readonly Case[];
}

const { tokens, cases } = JSON.parse(readFileSync(new URL('./jwt-validator-cases.json', import.meta.url), 'utf8')) as Table;

const PASSWORD = 'ballerina';
const folder = mkdtempSync(join(tmpdir(), 'jwt-validator-'));
const fileAt = (name: string) => join(folder, name);
let issuer: IssuedCertificate;
let https: TestServer;
let http: TestServer;
let authenticator: Authenticator | undefined;

beforeAll(async () => {
  issuer = await createSelfSigned({ cn: 'localhost', keyType: 'rsa' });
  await writeFiles();
  const jwks = JSON.stringify(keySet(createPrivateKey(issuer.keyPem)));
  const serve = (_: unknown, response: import('node:http').ServerResponse) => void response.end(jwks);
  https = await startServer(serve, { cert: issuer.certPem, key: issuer.keyPem, requestCert: true, rejectUnauthorized: false });
  http = await startServer(serve);
});
afterEach(async () => {
  await authenticator?.close?.();
  authenticator = undefined;
});
afterAll(async () => {
  await https.close();
  await http.close();
  rmSync(folder, { recursive: true });
});

/** Ballerina's key files, with keys of today. */
async function writeFiles(): Promise<void> {
  const expired = await createSelfSigned({ notBefore: new Date('2021-02-04'), notAfter: new Date('2021-02-20') });
  const weak = await createSelfSigned({ keyType: 'rsa', keySize: 1024 });
  const key = createPrivateKey(issuer.keyPem);
  writeFileSync(fileAt('public-crt-jwt.pem'), issuer.certPem);
  writeFileSync(fileAt('invalidPublic-crt-jwt.pem'), expired.certPem);
  writeFileSync(fileAt('private-key-jwt.pem'), issuer.keyPem);
  writeFileSync(
    fileAt('encryptedPrivate-key-jwt.pem'),
    key.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: PASSWORD }),
  );
  writeFileSync(fileAt('KEYSTORE'), toPkcs12(issuer, PASSWORD));
  writeFileSync(fileAt('TRUSTSTORE'), trustStore(issuer.certPem, 'ballerina'));
  writeFileSync(fileAt('WEAK_TRUSTSTORE'), trustStore(weak.certPem, 'wso2carbon'));
}

function trustStore(certPem: string, friendlyName: string): Buffer {
  const asn1 = forge.pkcs12.toPkcs12Asn1(null, [forge.pki.certificateFromPem(certPem)], PASSWORD, { friendlyName, algorithm: 'aes256' });
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary');
}

/** As the STS publishes it: a key for encryption, one of somebody else, and its own, whose modulus has a leading zero octet and padding. */
function keySet(key: KeyObject): { keys: Json[] } {
  const { n = '', e } = key.export({ format: 'jwk' });
  const modulus = Buffer.concat([Buffer.alloc(1), Buffer.from(n, 'base64url')]).toString('base64');
  const padded = modulus.replaceAll('+', '-').replaceAll('/', '_');
  const kid = tokens.JWT2?.header.kid;
  return {
    keys: [
      { ...createKey('ES256').jwk, use: 'enc', kid: '1' },
      { ...createKey('RS256').jwk, kid: '2011-04-29' },
      { kty: 'RSA', e, use: 'sig', kid, alg: 'RS256', n: padded },
    ],
  };
}

/** The case's config with the addresses and files of this run. */
function configOf({ config }: Pick<Case, 'config'>): Json {
  const weak = JSON.stringify(config).includes('"wso2carbon"');
  const text = JSON.stringify(config)
    .replaceAll('$STS_HTTPS_HOST', https.url.host)
    .replaceAll('$STS_HTTP_HOST', http.url.host)
    .replaceAll('$TRUSTSTORE', fileAt(weak ? 'WEAK_TRUSTSTORE' : 'TRUSTSTORE'))
    .replaceAll('$KEYSTORE', fileAt('KEYSTORE'))
    .replaceAll('"keys/', `"${folder}/`);
  const given = JSON.parse(text) as Case['config'];
  // Ballerina takes a public key where it takes a certificate's file; here it has a field of its own.
  return typeof given.signatureConfig.certFile === 'object' ? { ...given, signatureConfig: { publicKey: publicKey() } } : given;
}

function publicKey(): string {
  return new X509Certificate(issuer.certPem).publicKey.export({ format: 'pem', type: 'spki' }).toString();
}

/** The recorded token, minted anew with the keys of this run; a text that is no token as it is. */
async function tokenOf(name: string, secret = 's3cr3t'): Promise<string> {
  const recorded = tokens[name];
  if (recorded === undefined) return name;
  const { header, payload } = recorded;
  const privateKey = header.alg.startsWith('HS') ? createSecret('HS256', secret).privateKey : createPrivateKey(issuer.keyPem);
  return mint({ alg: header.alg, privateKey }, payload, header);
}

async function answerOf(each: Case, secret?: string): Promise<Verdict> {
  authenticator = await prepare(configOf(each));
  return authenticator.authenticate(bearer(await tokenOf(each.token, secret)));
}

function expectBallerinasAnswer(verdict: Verdict, { expected, reason = '', claims = {} }: Case): void {
  if (expected === 'accept') expect(verdict).toMatchObject({ outcome: 'accepted', principal: { claims } });
  else expect(verdict).toMatchObject({ outcome: 'rejected', reason });
}

describe('as Ballerina does', () => {
  const same = cases
    .filter(({ differs }) => differs === undefined)
    .map((each) => [`${each.id}: ${each.expected} ${each.why ?? ''}`, each] as const);

  it.each(same)('%s', async (_, each) => {
    expectBallerinasAnswer(await answerOf(each), each);
  });
});

describe('other than Ballerina, on purpose', () => {
  const different = cases.filter(({ differs }) => differs !== undefined);

  it.each(different)('$id: $differs.answer. $differs.reason', async (each) => {
    const answer = await answerOf(each).catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(each.differs?.answer === 'boot' ? AuthConfigurationError : AuthUnavailableError);
    expect((answer as Error).message).toContain(each.differs?.message ?? 'keys that verify tokens cannot be obtained');
  });

  const bySecret = different.filter(({ config }) => 'secret' in config.signatureConfig);

  it.each(bySecret)('$id: Ballerina’s answer for a secret that is long enough', async (each) => {
    const lengthen = (secret: unknown) => String(secret).padEnd(64, '.');
    const config = { ...each.config, signatureConfig: { secret: lengthen(each.config.signatureConfig.secret) } };
    expectBallerinasAnswer(await answerOf({ ...each, config }, lengthen('s3cr3t')), each);
  });

  const byScheme = different.filter(({ differs }) => differs?.message?.includes('absolute URL'));

  it.each(byScheme)('$id: Ballerina’s answer for the URL with its scheme', async (each) => {
    const text = JSON.stringify(each.config).replace(/"url":"\$STS_(HTTPS?)_HOST/, (url, kind: string) =>
      url.replace('$', `${kind.toLowerCase()}://$`),
    );
    expectBallerinasAnswer(await answerOf({ ...each, config: JSON.parse(text) as Case['config'] }), each);
  });
});

it('covers the whole table', () => {
  expect(cases).toHaveLength(42);
  expect(Object.keys(tokens)).toHaveLength(8);
});
