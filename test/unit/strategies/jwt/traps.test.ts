import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SignatureAlgorithm } from '../../../../lib/strategies/jws/algorithms.js';
import { createKey, createSecret, goodClaims, mint, mintRaw, segment } from '../../../support/tokens.js';
import { outcomeOf, prepare, TestHost } from './setup.js';

const key = createKey('RS256');
const attacker = createKey('RS256', { kid: key.kid });
const byKey = { signatureConfig: { publicKey: key.pem } };

describe('what attackers send', () => {
  it.each(['none', 'None', 'NONE', 'nOnE', ''])('refuses the algorithm "%s", signed or not', async (alg) => {
    const authenticator = await prepare(byKey);
    const unsigned = `${segment({ alg })}.${segment(goodClaims())}.`;
    expect(await outcomeOf(authenticator, unsigned)).toBe('algorithm_not_allowed');
    expect(await outcomeOf(authenticator, mintRaw(key, { alg }, goodClaims()))).toBe('algorithm_not_allowed');
  });

  it.each(['__proto__', 'constructor', 'rs256', 'RS256 ', 'RS1', 'HS256'])('refuses the algorithm "%s"', async (alg) => {
    expect(await outcomeOf(await prepare(byKey), mintRaw(key, { alg }, goodClaims()))).toBe('algorithm_not_allowed');
  });

  it.each(['HS256', 'HS384', 'HS512'] as const)('refuses %s with the public key as the secret, in every spelling of it', async (alg) => {
    const spellings = [key.pem, key.pem.trim(), key.pem.replaceAll('\n', '\r\n'), String(key.jwk.n)];
    for (const config of [byKey, { signatureConfig: { jwks: { keys: [key.jwk] } } }]) {
      const authenticator = await prepare(config);
      for (const spelling of spellings) {
        const token = mintRaw(createSecret(alg, spelling), { alg, kid: key.kid }, goodClaims());
        expect(await outcomeOf(authenticator, token)).toBe('algorithm_not_allowed');
      }
    }
  });

  it('cannot be configured to take a public key for a secret', async () => {
    await expect(prepare({ algorithms: ['HS256'], ...byKey })).rejects.toThrow('algorithms');
  });

  it('never uses a key that the token brings, and fetches none', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests++;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [attacker.jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    const authenticator = await prepare(byKey);
    const headers = [{ jwk: attacker.jwk }, { jku: url }, { x5u: url }, { x5c: [attacker.pem] }, { kid: attacker.kid, jwk: attacker.jwk }];
    for (const header of headers) {
      expect(await outcomeOf(authenticator, mintRaw(attacker, { alg: 'RS256', ...header }, goodClaims()))).toBe('bad_signature');
      expect(await outcomeOf(authenticator, mintRaw(key, { alg: 'RS256', ...header }, goodClaims()))).toBe('accepted');
    }
    expect(requests).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['crit', { crit: ['exp'] }],
    ['crit that is empty', { crit: [] }],
    ['b64: false', { b64: false, crit: ['b64'] }],
    ['b64: false without crit', { b64: false }],
    ['b64: null', { b64: null }],
    ['b64 that is a string', { b64: 'true' }],
    ['enc', { enc: 'A256GCM' }],
    ['a nested token', { cty: 'JWT' }],
    ['a nested token by its media type', { cty: 'application/jwt' }],
  ])('refuses %s even in a token that is signed well', async (_, header) => {
    expect(await outcomeOf(await prepare(byKey), mintRaw(key, { alg: 'RS256', ...header }, goodClaims()))).toBe('unsupported_header');
  });

  it.each([
    ['zip', { zip: 'DEF' }],
    ['jku', { jku: 'https://acme.authentication.example/token_keys' }],
    ['jku that is not a URL', { jku: 7 }],
    ['x5u', { x5u: 'ims_key-1.cer', itt: 'at' }],
    ['x5t', { x5t: 'abc', 'x5t#S256': 'def' }],
    ['x5c', { x5c: ['MIIB'] }],
    ['jwk: null', { jwk: null }],
    ['b64: true', { b64: true }],
    ['an unknown member', { nonce: 'n', ver: 2, svt: { a: [] } }],
    ['another content type', { cty: 'json' }],
    ['a content type that ends like that of a token', { cty: 'my-jwt' }],
    ['a content type that begins like that of a token', { cty: 'jwt+json' }],
    ['a content type that is no string', { cty: ['JWT'] }],
  ])('ignores %s in a token that is signed well', async (_, header) => {
    const authenticator = await prepare(byKey);
    expect(await outcomeOf(authenticator, mintRaw(key, { alg: 'RS256', ...header }, goodClaims()))).toBe('accepted');
    expect(await outcomeOf(authenticator, mintRaw(attacker, { alg: 'RS256', ...header }, goodClaims()))).toBe('bad_signature');
  });

  it('never inflates a payload', async () => {
    const { deflateRawSync } = await import('node:zlib');
    const token = mintRaw(key, { alg: 'RS256', zip: 'DEF' }, deflateRawSync(JSON.stringify(goodClaims())));
    expect(await outcomeOf(await prepare(byKey), token)).toBe('malformed_claims');
  });

  it('refuses a JWE', async () => {
    const jwe = [segment({ alg: 'RSA-OAEP', enc: 'A256GCM' }), 'a2V5a2V5', 'aXZpdml2', 'dGV4dHRl', 'dGFndGFn'].join('.');
    expect(await outcomeOf(await prepare(byKey), jwe)).toBe('unsupported_header');
  });

  it('refuses an ECDSA signature in DER, and one of zeros', async () => {
    const ec = createKey('ES256');
    const authenticator = await prepare({ signatureConfig: { publicKey: ec.pem } });
    const input = `${segment({ alg: 'ES256' })}.${segment(goodClaims())}`;
    const { sign } = await import('node:crypto');
    const der = sign('sha256', Buffer.from(input), ec.privateKey).toString('base64url');
    expect(await outcomeOf(authenticator, `${input}.${der}`)).toBe('bad_signature');
    expect(await outcomeOf(authenticator, `${input}.${Buffer.alloc(64).toString('base64url')}`)).toBe('bad_signature');
  });

  it('refuses every token with a changed character', async () => {
    const authenticator = await prepare(byKey);
    const token = await mint(key);
    expect(await outcomeOf(authenticator, token)).toBe('accepted');
    for (let index = 0; index < token.length; index += 7) {
      const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);
      expect(await outcomeOf(authenticator, changed)).not.toBe('accepted');
    }
  });
});

describe('key sets as they are found', () => {
  it('reads a modulus with a leading zero octet and padding', async () => {
    const modulus = Buffer.concat([Buffer.alloc(1), Buffer.from(String(key.jwk.n), 'base64url')]);
    const n = modulus.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    expect(n).toMatch(/=$/);
    const authenticator = await prepare({ signatureConfig: { jwks: { keys: [{ ...key.jwk, n }] } } });
    expect(await outcomeOf(authenticator, await mint(key))).toBe('accepted');
  });

  it('skips keys that must not verify tokens and says so in one line, without their content', async () => {
    const small = createKey('RS256', { bits: 1024, kid: 'small' });
    const { d, ...publicPart } = key.privateKey.export({ format: 'jwk' });
    const unusable = [
      { ...createKey('ES256').jwk, use: 'enc', kid: 'enc' },
      { ...createKey('ES256').jwk, key_ops: ['sign'], kid: 'ops' },
      small.jwk,
      { ...publicPart, d, kid: 'private' },
      { kty: 'oct', k: segment('a secret that everybody may read'), kid: 'oct', alg: 'HS256' },
      { ...createKey('RS256').jwk, e: 'AQ', kid: 'e1' },
      { ...createKey('RS256').jwk, alg: 'RSA-OAEP', kid: 'oaep' },
      { kty: 'OKP', crv: 'X25519', x: segment(Buffer.alloc(32, 9)), kid: 'x25519' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'off' },
      { kty: 'AKP', kid: 'new' },
      { ...createKey('ES256').jwk, kid: 5 },
      'text',
      null,
    ];
    const host = new TestHost();
    const authenticator = await prepare({ signatureConfig: { jwks: { keys: [...unusable, key.jwk] } } }, host);
    expect(await outcomeOf(authenticator, await mint(key))).toBe('accepted');
    expect(await outcomeOf(authenticator, mintRaw(small, { alg: 'RS256', kid: 'small' }, goodClaims()))).toBe('unknown_key');
    expect(host.lines).toHaveLength(1);
    for (const kid of ['enc', 'ops', 'small', 'private', 'oct', 'e1', 'oaep', 'x25519', 'off', 'new'])
      expect(host.lines[0]).toContain(`"${kid}"`);
    expect(host.lines[0]).not.toContain(String(d));
  });

  const choose = async (keys: object[], signer: { alg: SignatureAlgorithm; privateKey: import('node:crypto').KeyObject }, kid?: string) => {
    const authenticator = await prepare({ signatureConfig: { jwks: { keys } } });
    return outcomeOf(authenticator, mintRaw(signer, { alg: signer.alg, ...(kid !== undefined && { kid }) }, goodClaims()));
  };
  const nameless = ({ kid: _, ...jwk }: Record<string, unknown>) => jwk;

  it('needs no kid where one key fits, and refuses to guess where several do', async () => {
    const ec = createKey('ES256');
    expect(await choose([key.jwk, ec.jwk], key)).toBe('accepted');
    expect(await choose([key.jwk, attacker.jwk], key)).toBe('ambiguous_key');
    expect(await choose([nameless(key.jwk)], key, 'any')).toBe('accepted');
    expect(await choose([nameless(key.jwk), nameless(createKey('RS256').jwk)], key, 'any')).toBe('ambiguous_key');
  });

  it('means the key that the kid names and no other', async () => {
    const other = createKey('RS256');
    expect(await choose([key.jwk, other.jwk], key, key.kid)).toBe('accepted');
    expect(await choose([key.jwk, other.jwk], key, other.kid)).toBe('bad_signature');
    expect(await choose([key.jwk, other.jwk], key, 'unknown')).toBe('unknown_key');
    expect(await choose([key.jwk, nameless(other.jwk)], key, 'unknown')).toBe('bad_signature');
    expect(await choose([key.jwk, { ...createKey('ES256').jwk, kid: 'ec' }], key, 'ec')).toBe('algorithm_not_allowed');
  });

  it('refuses to guess between keys of one name, unless the algorithm decides', async () => {
    const ec = createKey('ES256', { kid: key.kid });
    expect(await choose([key.jwk, attacker.jwk], key, key.kid)).toBe('ambiguous_key');
    expect(await choose([key.jwk, ec.jwk], key, key.kid)).toBe('accepted');
    expect(await choose([key.jwk, ec.jwk], ec, key.kid)).toBe('accepted');
  });

  it('takes a key that is listed twice for one', async () => {
    expect(await choose([key.jwk, { ...key.jwk }], key)).toBe('accepted');
  });
});
