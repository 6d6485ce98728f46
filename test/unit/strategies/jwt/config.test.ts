import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { AuthConfigurationError } from 'nest-service-auth';
import forge from 'node-forge';
import { createSelfSigned, withUnreadableKey } from '../../../support/certificates.js';
import { createKey, createSecret, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare, TestHost } from './setup.js';

const secret = createSecret('HS256').secret;
const rsa = createKey('RS256');
const der = rsa.publicKey.export({ format: 'der', type: 'spki' });
const folder = mkdtempSync(join(tmpdir(), 'jwt-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function mistakeOf(config: unknown): Promise<string> {
  try {
    await prepare(config as object);
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error.message;
    throw error;
  }
  return 'no mistake';
}

function trustStoreOf(certificate: string, friendlyName: string, password: string): Buffer {
  const asn1 = forge.pkcs12.toPkcs12Asn1(null, [forge.pki.certificateFromPem(certificate)], password, {
    friendlyName,
    algorithm: 'aes256',
  });
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary');
}

/** A trust store that has everything of another one twice. */
function doubled(store: Buffer): Buffer {
  const pfx = forge.asn1.fromDer(store.toString('binary'));
  const partsOf = ({ value }: forge.asn1.Asn1) => value as unknown as readonly [forge.asn1.Asn1, forge.asn1.Asn1];
  const [version, content] = partsOf(pfx);
  const [octets] = partsOf(partsOf(content)[1]);
  const safe = forge.asn1.fromDer(String(octets.value));
  safe.value = [...partsOf(safe), ...partsOf(safe)];
  octets.value = forge.asn1.toDer(safe).getBytes();
  // Without the third part, which is a code over the others.
  pfx.value = [version, content];
  return Buffer.from(forge.asn1.toDer(pfx).getBytes(), 'binary');
}

describe('a config that cannot work stops the boot', () => {
  it.each<[string, unknown, string | RegExp]>([
    ['no config', undefined, 'must be an object'],
    [
      'no key material at all',
      {},
      /^signatureConfig: is required: give one of jwksConfig, certFile, trustStoreConfig, secret, publicKey, jwks/,
    ],
    ['an empty signatureConfig', { signatureConfig: {} }, /^signatureConfig: has no key material: give one of/],
    ['two kinds of key material', { signatureConfig: { secret, publicKey: rsa.pem } }, 'several kinds of key material (secret, publicKey)'],
    ['a misspelt field', { signatureConfig: { secret }, issuerr: 'a' }, 'issuerr: is not a known field. Did you mean "issuer"?'],
    [
      'a misspelt kind of key',
      { signatureConfig: { certfile: 'a' } },
      'signatureConfig.certfile: is not a known field. Did you mean "certFile"?',
    ],
    ['a setting that was not set', { signatureConfig: { secret }, issuer: undefined }, 'issuer: has no value'],
    [
      'a custom claim that was not set, which every token without the claim would have',
      { signatureConfig: { secret }, customClaims: { tenant: undefined } },
      'customClaims.tenant: has no value',
    ],
    ['an empty issuer', { signatureConfig: { secret }, issuer: '' }, 'issuer: must not be empty'],
    ['an empty list of audiences', { signatureConfig: { secret }, audience: [] }, 'audience: must not be an empty list'],
    ['a clock skew below zero', { signatureConfig: { secret }, clockSkew: -1 }, 'clockSkew: must be a number of seconds'],
    ['an unknown algorithm', { signatureConfig: { secret }, algorithms: ['none'] }, 'algorithms[0]: must be "RS256"'],
    ['no algorithms', { signatureConfig: { secret }, algorithms: [] }, 'algorithms: must name one at least'],
    ['algorithms of another kind of key', { signatureConfig: { publicKey: rsa.pem }, algorithms: ['ES256'] }, 'it can be used with RS256'],
    [
      'algorithms of another kind than the secret',
      { signatureConfig: { secret }, algorithms: ['RS256'] },
      'algorithms: has none that fits',
    ],
    ['a cacheConfig that is true', { signatureConfig: { secret }, cacheConfig: true }, 'cacheConfig: must be an object'],
    ['a capacity of 0', { signatureConfig: { secret }, cacheConfig: { capacity: 0 } }, 'cacheConfig.capacity: must be at least 1'],
    ['a misspelt cache field', { signatureConfig: { secret }, cacheConfig: { capcity: 1 } }, 'Did you mean "capacity"?'],
    ['a public key as secret', { signatureConfig: { secret: rsa.pem } }, 'is a key or a certificate, not a shared secret'],
    ['the Base64 of a public key as secret', { signatureConfig: { secret: der.toString('base64') } }, 'secret: is a key or a certificate'],
    ['the octets of a public key as secret', { signatureConfig: { secret: der } }, 'secret: is a key or a certificate'],
    [
      'the hex of a public key as secret',
      { signatureConfig: { secret: { hex: der.toString('hex') } } },
      'secret: is a key or a certificate',
    ],
    [
      'the Base64url of a PEM text as secret',
      { signatureConfig: { secret: { base64url: Buffer.from(rsa.pem).toString('base64url') } } },
      'secret: is a key or a certificate',
    ],
    ['a secret of 31 octets', { signatureConfig: { secret: 'x'.repeat(31) } }, 'is too short: 31 bytes, and HS256 needs 32'],
    [
      'a secret shorter than the algorithm’s hash',
      { signatureConfig: { secret: 'x'.repeat(63) }, algorithms: ['HS512'] },
      'HS512 needs 64',
    ],
    [
      'a secret shorter than every hash, and an algorithm',
      { signatureConfig: { secret: 'x'.repeat(31) }, algorithms: ['HS512'] },
      'HS512 needs 64 at least. Make one with: openssl rand -base64 64',
    ],
    [
      'a file that is not there',
      { signatureConfig: { certFile: 'no/such.pem' } },
      'signatureConfig.certFile: cannot read the file "no/such.pem"',
    ],
    ['a public key as certFile', { signatureConfig: { certFile: rsa.pem } }, 'has no "-----BEGIN CERTIFICATE-----"'],
    [
      'a private key as publicKey',
      { signatureConfig: { publicKey: rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }) } },
      'is a private key',
    ],
    [
      'a public key as bytes as secret',
      { signatureConfig: { secret: Buffer.from(rsa.pem) } },
      'is a key or a certificate, not a shared secret',
    ],
    ['no PEM as publicKey', { signatureConfig: { publicKey: '-----BEGIN PUBLIC KEY-----\nx\n' } }, 'must be a public key in PEM'],
    [
      'an RSA key of 1024 bits',
      { signatureConfig: { publicKey: createKey('RS256', { bits: 1024 }).pem } },
      '1024 bits, and 2048 are the least',
    ],
    [
      'a key set without usable keys',
      { signatureConfig: { jwks: { keys: [{ kty: 'oct', kid: 'a' }] } } },
      'has no key that can verify tokens; key "a"',
    ],
    ['a key set without keys', { signatureConfig: { jwks: {} } }, 'signatureConfig.jwks.keys: has no value: it must be a list'],
    [
      'a URL without scheme',
      { signatureConfig: { jwksConfig: { url: 'sts.test/jwks' } } },
      'signatureConfig.jwksConfig.url: must be an absolute URL',
    ],
    ['http: to elsewhere', { signatureConfig: { jwksConfig: { url: 'http://sts.test/jwks' } } }, 'set allowHttp: true'],
    [
      'a misspelt client field',
      { signatureConfig: { jwksConfig: { url: 'https://a/', clientConfig: { timout: 1 } } } },
      'clientConfig.timout: is not a known field',
    ],
    [
      'a CA file that is not there',
      { signatureConfig: { jwksConfig: { url: 'https://a/', clientConfig: { secureSocket: { cert: 'no.pem' } } } } },
      /^signatureConfig\.jwksConfig\.clientConfig\.secureSocket\.cert: cannot read/,
    ],
    [
      'preload of a key set that cannot be had',
      { signatureConfig: { jwksConfig: { url: 'http://127.0.0.1:1/jwks', preload: true } } },
      /^signatureConfig\.jwksConfig\.url: cannot be fetched: .*no server listens/,
    ],
  ])('%s', async (_, config, message) => {
    expect(await mistakeOf(config)).toMatch(message);
  });

  it('never repeats a secret', async () => {
    expect(await mistakeOf({ signatureConfig: { secret: 'hunter2-hunter2', scret: 'x' } })).not.toContain('hunter2');
    expect(await mistakeOf({ signatureConfig: { secret: 'hunter2-hunter2' } })).not.toContain('hunter2');
  });
});

describe('certificates', () => {
  const day = 86_400_000;
  const now = Date.now();

  it('admits by a certificate from a file or from the text, and not by one in a publicKey field', async () => {
    const { certPem, keyPem } = await createSelfSigned({ keyType: 'rsa' });
    const { createPrivateKey } = await import('node:crypto');
    const token = mintRaw({ alg: 'RS256', privateKey: createPrivateKey(keyPem) }, { alg: 'RS256' }, goodClaims());
    const certFile = join(folder, 'cert.pem');
    writeFileSync(certFile, certPem);
    expect(await outcomeOf(await prepare({ signatureConfig: { certFile } }), token)).toBe('accepted');
    expect(await outcomeOf(await prepare({ signatureConfig: { certFile: certPem } }), token)).toBe('accepted');
    expect(await mistakeOf({ signatureConfig: { publicKey: certPem } })).toMatch('Give it as certFile');
  });

  it('refuses a certificate whose key cannot be read at boot', async () => {
    const certFile = withUnreadableKey((await createSelfSigned()).certPem);
    expect(await mistakeOf({ signatureConfig: { certFile } })).toMatch(/^signatureConfig.certFile: has a key that cannot be used/);
  });

  it('refuses a certificate outside its validity period at boot', async () => {
    const past = await createSelfSigned({ notBefore: new Date(now - 2 * day), notAfter: new Date(now - day) });
    const future = await createSelfSigned({ notBefore: new Date(now + day), notAfter: new Date(now + 2 * day) });
    expect(await mistakeOf({ signatureConfig: { certFile: past.certPem } })).toMatch(
      'signatureConfig.certFile: is a certificate that expired on',
    );
    expect(await mistakeOf({ signatureConfig: { certFile: future.certPem } })).toMatch('is a certificate that is not valid before');
  });

  it('admits by a certificate from the first second of its validity period to the last', async () => {
    const start = Math.floor(now / 1000) * 1000;
    const certFile = (await createSelfSigned({ notBefore: new Date(start), notAfter: new Date(start + day) })).certPem;
    const mistakeAt = async (time: number) => {
      const spy = jest.spyOn(Date, 'now').mockReturnValue(time);
      const mistake = await mistakeOf({ signatureConfig: { certFile } });
      spy.mockRestore();
      return mistake;
    };
    expect(await mistakeAt(start - 1)).toMatch('is not valid before');
    expect([await mistakeAt(start), await mistakeAt(start + day - 1)]).toEqual(['no mistake', 'no mistake']);
    expect(await mistakeAt(start + day)).toMatch('expired on');
  });

  it('reads the certificate of an alias from a PKCS#12 trust store, whatever the case of the alias', async () => {
    const { certPem, keyPem } = await createSelfSigned({ keyType: 'rsa' });
    const { createPrivateKey } = await import('node:crypto');
    const token = mintRaw({ alg: 'RS256', privateKey: createPrivateKey(keyPem) }, { alg: 'RS256' }, goodClaims());
    const path = join(folder, 'trust.p12');
    writeFileSync(path, trustStoreOf(certPem, 'ballerina', 'pass'));
    const config = (password: string, certAlias: string) => ({
      signatureConfig: { trustStoreConfig: { trustStore: { path, password }, certAlias } },
    });
    expect(await outcomeOf(await prepare(config('pass', 'Ballerina')), token)).toBe('accepted');
    expect(await mistakeOf(config('pass', 'balerina'))).toMatch('Did you mean "ballerina"?');
    writeFileSync(join(folder, 'twice.p12'), doubled(trustStoreOf(certPem, 'ballerina', 'pass')));
    const twice = { trustStore: { path: join(folder, 'twice.p12'), password: 'pass' }, certAlias: 'ballerina' };
    expect(await mistakeOf({ signatureConfig: { trustStoreConfig: twice } })).toMatch(
      'certAlias: is "ballerina", which the trust store has 2 times',
    );
    expect(await mistakeOf(config('wrong', 'ballerina'))).toMatch('signatureConfig.trustStoreConfig.trustStore.password: does not open');
  });
});

describe('what is accepted and ignored', () => {
  it('is named in one line', async () => {
    const host = new TestHost();
    const cacheConfig = { capacity: 10, evictionFactor: 0.25, evictionPolicy: 'LRU', defaultMaxAge: -1, cleanupInterval: 3600 };
    const authenticator = await prepare({ signatureConfig: { secret }, cacheConfig }, host);
    expect(host.lines).toEqual([
      'sts (jwtValidatorConfig): Accepted and ignored: cacheConfig.evictionFactor, cacheConfig.evictionPolicy, cacheConfig.cleanupInterval.',
    ]);
    await authenticator.close?.();
  });

  it('is named for discovery, too', async () => {
    const host = new TestHost();
    const discoveryConfig = {
      cacheConfig: { evictionFactor: 0.5 },
      clientConfig: { httpVersion: 'HTTP_2', secureSocket: { disable: true } },
    };
    const authenticator = await prepare({ issuer: 'https://127.0.0.1:1/', cacheConfig: false, discoveryConfig }, host);
    expect(host.lines.slice(0, 2)).toEqual([
      'sts (jwtValidatorConfig): Accepted and ignored: discoveryConfig.cacheConfig.evictionFactor, discoveryConfig.clientConfig.httpVersion.',
      'sts (jwtValidatorConfig): The certificate of the key set’s server is not verified (secureSocket.disable): anyone on the network path can forge tokens.',
    ]);
    await authenticator.close?.();
  });

  it('is warned of where a server’s certificate is not verified', async () => {
    const host = new TestHost();
    const clientConfig = { httpVersion: 'HTTP_2', secureSocket: { disable: true } };
    const authenticator = await prepare(
      { signatureConfig: { jwksConfig: { url: 'https://127.0.0.1:1/', cacheConfig: { capacity: 1, evictionFactor: 0.5 }, clientConfig } } },
      host,
    );
    expect(host.lines[0]).toContain(
      'signatureConfig.jwksConfig.cacheConfig.evictionFactor, signatureConfig.jwksConfig.clientConfig.httpVersion',
    );
    expect(host.lines[1]).toContain('is not verified');
    await authenticator.close?.();
  });
});
