import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { importKeys } from '../../../../lib/strategies/jwt/jwks.js';
import { createKey, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare, TestHost } from './setup.js';

/** The coordinates y of the points of small order, in hexadecimal: canonical ones first, then those to which the prime was added. */
const POINTS: Readonly<Record<'Ed25519' | 'Ed448', readonly string[]>> = {
  Ed25519: [
    `01${'00'.repeat(31)}`,
    '00'.repeat(32),
    `ec${'ff'.repeat(30)}7f`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
  ],
  Ed448: [
    `01${'00'.repeat(56)}`,
    '00'.repeat(57),
    `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`,
    `${'ff'.repeat(28)}fe${'ff'.repeat(27)}00`,
    `${'00'.repeat(28)}${'ff'.repeat(28)}00`,
  ],
};

function spellings(curve: 'Ed25519' | 'Ed448'): JsonWebKey[] {
  return POINTS[curve].flatMap((hex) =>
    [0, 0x80].map((sign) => {
      const octets = Buffer.from(hex, 'hex');
      octets[octets.length - 1] = (octets.at(-1) ?? 0) | sign;
      return { kty: 'OKP', crv: curve, kid: `${hex.slice(0, 4)} ${sign}`, x: octets.toString('base64url') };
    }),
  );
}

const all = [...spellings('Ed25519'), ...spellings('Ed448')];
const SMALL = /point of small order, for which anyone can sign/;

describe('a point of small order', () => {
  it.each(all)('is no key of a set: $crv, $kid', async (jwk) => {
    await expect(prepare({ signatureConfig: { jwks: { keys: [jwk] } } })).rejects.toThrow(SMALL);
  });

  it.each(all.filter(({ kid }) => String(kid).startsWith('01')))('is no public key in PEM: $crv, $kid', async (jwk) => {
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' }).toString();
    await expect(prepare({ signatureConfig: { publicKey: pem } })).rejects.toThrow(SMALL);
  });

  it('beside a good key is left out and reported, and forgeries for it are refused', async () => {
    const good = createKey('EdDSA');
    const host = new TestHost();
    const authenticator = await prepare({ signatureConfig: { jwks: { keys: [good.jwk, ...all] } } }, host);
    const neutral = Buffer.from(POINTS.Ed25519[0] ?? '', 'hex');
    const [header, payload] = mintRaw(good, { alg: 'EdDSA', kid: '0100 0' }, goodClaims()).split('.');
    const forged = `${header}.${payload}.${Buffer.concat([neutral, Buffer.alloc(32)]).toString('base64url')}`;
    expect(await outcomeOf(authenticator, forged)).toBe('unknown_key');
    expect(await outcomeOf(authenticator, mintRaw(good, { alg: 'EdDSA', kid: good.kid }, goodClaims()))).toBe('accepted');
    expect(host.lines).toHaveLength(1);
    expect(host.lines[0]).toMatch(SMALL);
  });
});

describe('a key that is broken', () => {
  const rsa = createKey('RS256').jwk;
  const ec = createKey('ES256').jwk;
  const changed = (text: string | undefined, change: (octets: Buffer) => void) => {
    const octets = Buffer.from(text ?? '', 'base64url');
    change(octets);
    return octets.toString('base64url');
  };

  it.each<[string, JsonWebKey, RegExp]>([
    ['an RSA key whose exponent is 1', { ...rsa, e: 'AQ' }, /whose public exponent is not an odd number from 3/],
    ['an RSA key whose exponent is even', { ...rsa, e: 'AQAA' }, /whose public exponent is not an odd number from 3/],
    [
      'an RSA key whose modulus is even',
      { ...rsa, n: changed(rsa.n, (octets) => octets.writeUInt8((octets.at(-1) ?? 0) & 0xfe, 255)) },
      /even modulus$/,
    ],
    [
      'a point that is not on its curve',
      { ...ec, y: changed(ec.y, (octets) => octets.writeUInt8((octets.at(-1) ?? 0) ^ 1, 31)) },
      /not a valid key/,
    ],
    ['a point that is not there', { ...ec, x: 'AA', y: 'AA' }, /not a valid key/],
  ])('is skipped: %s', (_what, jwk, why) => {
    const { keys, skipped } = importKeys([jwk], { algorithms: undefined });
    expect(keys.size).toBe(0);
    expect(skipped).toEqual([expect.stringMatching(why)]);
  });
});

describe('a key of a set', () => {
  const { jwk } = createKey('ES256', { kid: 'a' });
  const { alg: _, ...withoutAlg } = createKey('RS256', { kid: 'a' }).jwk;

  it.each<[object | string, string | undefined]>([
    [{ key_ops: ['verify'] }, undefined],
    [{ key_ops: ['sign', 'verify'] }, undefined],
    [{ key_ops: ['sign'] }, 'key "a": its "key_ops" do not include "verify"'],
    [{ key_ops: 'verify' }, 'key "a": its "key_ops" do not include "verify"'],
    [{ use: ['sig'] }, 'key "a": its "use" is ["sig"]'],
    [{ alg: 'ES384' }, 'key "a": its "alg" "ES384" does not fit it'],
    [{ alg: null }, 'key "a": its "alg" null does not fit it'],
    [{ kty: 'oct' }, 'key "a": it is symmetric: a published key must not be a secret'],
    [{ d: 'AQ' }, 'key "a": it has private parts, so that every reader of it can sign'],
    [{ kid: 5 }, 'key 5: its "kid" is not a string'],
    [{ x: 'AA' }, 'key "a": it is not a valid key of the type "EC"'],
    [{ kid: undefined, kty: 'AKP' }, 'a key without "kid": it is not a valid key of the type "AKP"'],
  ])('with %j is reported where it is not used: %s', (changes, why) => {
    const given = Object.fromEntries(Object.entries({ ...jwk, ...(changes as object) }).filter(([, value]) => value !== undefined));
    const { keys, skipped } = importKeys([given, given], { algorithms: undefined });
    expect([keys.size, skipped]).toEqual(why === undefined ? [1, []] : [0, [why]]);
  });

  it('has the algorithms that the configuration leaves it, and is left out in silence where there are none', () => {
    const algorithmsOf = (given: object, algorithms: readonly ('ES256' | 'RS256' | 'PS256')[]) => {
      const { keys, skipped } = importKeys([given], { algorithms });
      return [[...keys.values()].map(({ verifiers }) => [...verifiers.keys()].join()), skipped];
    };
    expect(algorithmsOf(jwk, ['ES256', 'RS256'])).toEqual([['ES256'], []]);
    expect(algorithmsOf(jwk, ['RS256'])).toEqual([[], []]);
    expect(algorithmsOf(withoutAlg, ['PS256', 'ES256'])).toEqual([['PS256'], []]);
  });
});

it.each(['kid', 'kty', 'use', 'alg'])('a published key is reported in one short line, whatever is in its "%s"', (member) => {
  const jwk = { ...createKey('ES256').jwk, use: 'enc', [member]: `\u2028${'x'.repeat(100_000)}` };
  for (const { skipped } of [importKeys([jwk], { algorithms: undefined }), importKeys([{ ...jwk, use: 'sig' }], { algorithms: undefined })])
    for (const line of skipped) expect(line).toMatch(/^[\x20-\x7e]{1,300}$/);
});

it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])('a published key with the private member "%s" is skipped', (member) => {
  const { keys, skipped } = importKeys([{ ...createKey('ES256').jwk, [member]: 'AQ' }], { algorithms: undefined });
  expect(keys.size).toBe(0);
  expect(skipped).toEqual([expect.stringMatching(/it has private parts/)]);
});

it('an elliptic key that keeps its name and its x, but not its y, is another key', () => {
  const { jwk } = createKey('ES256');
  const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  const y = BigInt(`0x${Buffer.from(jwk.y ?? '', 'base64url').toString('hex')}`);
  const mirrored = Buffer.from((prime - y).toString(16).padStart(64, '0'), 'hex').toString('base64url');
  const before = importKeys([jwk], { algorithms: undefined }).keys;
  const [same] = importKeys([{ ...jwk }], { algorithms: undefined }, before).keys.values();
  const [other] = importKeys([{ ...jwk, y: mirrored }], { algorithms: undefined }, before).keys.values();
  expect(same).toBe([...before.values()][0]);
  expect(other).toBeDefined();
  expect(other).not.toBe(same);
});
