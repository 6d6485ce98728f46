import { jest } from '@jest/globals';
import type { Rejected } from 'nest-service-auth';
import { bearer, createSecret, goodClaims, mintRaw } from '../../../support/tokens.js';
import { prepareAsItIs } from './setup.js';

const key = createSecret('HS256');
const NOW = 1_800_000_000;
const good = { signatureConfig: { secret: key.secret }, issuer: null, audience: null };
const profile = { profile: 'rfc9068', issuer: 'https://sts.test', audience: 'orders' };
const TIMES = `exp is ${NOW + 300} (2027-01-15T08:05:00.000Z), iat is ${NOW} (2027-01-15T08:00:00.000Z), the time is ${NOW} (2027-01-15T08:00:00.000Z)`;

beforeAll(() => void jest.useFakeTimers({ now: NOW * 1000, advanceTimers: false }));
afterAll(() => void jest.useRealTimers());

async function refusalOf(config: object, claims: Record<string, unknown>, header: object): Promise<Rejected> {
  const authenticator = await prepareAsItIs({ ...good, ...config });
  return (await authenticator.authenticate(bearer(mintRaw(key, { alg: 'HS256', ...header }, goodClaims(claims))))) as Rejected;
}

describe('what the log says of a refused token', () => {
  it.each<[string, object, Record<string, unknown>, string]>([
    ['another issuer', { issuer: 'https://a.test' }, {}, 'iss must be "https://a.test", not "https://sts.test"'],
    ['no issuer of a list', { issuer: ['a', 'b'] }, {}, 'iss must be "a, b", not "https://sts.test"'],
    ['another audience', { audience: 'stock' }, {}, 'aud must name "stock", not "orders"'],
    ['a claim of the profile', profile, { client_id: undefined, jti: 'a' }, 'RFC 9068 requires the claim client_id, which is missing'],
  ])('%s', async (_, config, claims, words) => {
    const { detail, explanation } = await refusalOf(config, claims, { typ: 'at+jwt' });
    expect([detail?.(), explanation]).toEqual([words, undefined]);
  });
});

describe('what the explain option says of a refused token, and the log does not', () => {
  it.each<[string, object, Record<string, unknown>, string]>([
    ['the end', {}, { exp: NOW }, `exp is ${NOW} (2027-01-15T08:00:00.000Z), iat is ${NOW} `],
    ['no time of issue', { maxTokenAge: 60 }, { iat: undefined }, 'maxTokenAge is set, but iat is missing'],
    [
      'a time of issue in the future',
      { maxTokenAge: 60 },
      { iat: NOW + 1 },
      `iat is ${NOW + 1} (2027-01-15T08:00:01.000Z), the time is ${NOW} `,
    ],
    ['the age', { maxTokenAge: 60 }, { iat: NOW - 60 }, `maxTokenAge is 60 seconds, but exp is ${NOW + 300} `],
    ['an audience that is none', {}, { aud: ['a', 7] }, 'aud must be a string or a list of strings, not ["a",7]'],
    ['another subject', { username: 'jane' }, {}, 'sub must be "jane", not "john"'],
    ['another token', { jwtId: 'a' }, { jti: 'b' }, 'jti must be "a", not "b"'],
    ['another key', { keyId: 'a' }, {}, 'kid must be "a", but is missing'],
    ['another claim', { customClaims: { tier: 1 } }, { tier: 2 }, 'the claim "tier" must be 1, not 2'],
    ['a claim of the profile', profile, { client_id: 7 }, 'client_id must be a string that is not empty, not 7'],
  ])('%s', async (_, config, claims, words) => {
    const { detail, explanation } = await refusalOf(config, claims, { typ: 'at+jwt' });
    expect(detail).toBeUndefined();
    expect(explanation?.()).toContain(words);
  });

  it('all times, with the present', async () => {
    const { explanation } = await refusalOf({}, { nbf: NOW + 1 }, {});
    expect(explanation?.()).toBe(TIMES.replace(', iat', `, nbf is ${NOW + 1} (2027-01-15T08:00:01.000Z), iat`));
  });
});
