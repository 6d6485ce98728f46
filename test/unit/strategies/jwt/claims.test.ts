import { jest } from '@jest/globals';
import { bearer, createSecret, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare, principalOf } from './setup.js';

const key = createSecret('HS256');
const signatureConfig = { secret: key.secret };
const NOW = 1_800_000_000;
const sign = (claims: object | string, header: object = { alg: 'HS256' }) => mintRaw(key, header, claims);

interface Case {
  readonly promise: string;
  readonly config?: object;
  readonly claims?: Record<string, unknown>;
  readonly header?: object;
  readonly outcome: string;
}

const cases: Case[] = [
  { promise: 'demands exp', claims: { exp: undefined }, outcome: 'missing_expiry' },
  { promise: 'does without exp if asked to', config: { requireExp: false }, claims: { exp: undefined }, outcome: 'accepted' },
  { promise: 'looks at an exp that is there all the same', config: { requireExp: false }, claims: { exp: NOW - 1 }, outcome: 'expired' },
  { promise: 'refuses an exp that is a string', claims: { exp: String(NOW + 60) }, outcome: 'malformed_claims' },
  { promise: 'refuses an exp that is null', claims: { exp: null }, outcome: 'malformed_claims' },
  { promise: 'refuses a token from the second of its exp on', claims: { exp: NOW }, outcome: 'expired' },
  { promise: 'admits a token before its exp', claims: { exp: NOW + 0.5 }, outcome: 'accepted' },
  { promise: 'grants the clock skew to exp', config: { clockSkew: 60 }, claims: { exp: NOW - 59 }, outcome: 'accepted' },
  { promise: 'grants no more than the clock skew to exp', config: { clockSkew: 60 }, claims: { exp: NOW - 60 }, outcome: 'expired' },
  { promise: 'refuses a token before its nbf', claims: { nbf: NOW + 1 }, outcome: 'not_yet_valid' },
  { promise: 'admits a token from its nbf on', claims: { nbf: NOW }, outcome: 'accepted' },
  { promise: 'grants the clock skew to nbf', config: { clockSkew: 1 }, claims: { nbf: NOW + 1 }, outcome: 'accepted' },
  { promise: 'refuses an nbf that is a string', claims: { nbf: '1' }, outcome: 'malformed_claims' },
  { promise: 'accepts a token issued in the future', claims: { iat: NOW + 2 }, outcome: 'accepted' },
  { promise: 'refuses one with a greatest age', config: { maxTokenAge: 60 }, claims: { iat: NOW + 2 }, outcome: 'issued_in_future' },
  {
    promise: 'accepts one with a greatest age within the clock skew',
    config: { maxTokenAge: 60, clockSkew: 2 },
    claims: { iat: NOW + 2 },
    outcome: 'accepted',
  },
  { promise: 'grants the clock skew to iat', config: { clockSkew: 1 }, claims: { iat: NOW + 1 }, outcome: 'accepted' },
  { promise: 'refuses an iat that is a string', claims: { iat: 'now' }, outcome: 'malformed_claims' },
  { promise: 'refuses a token older than maxTokenAge', config: { maxTokenAge: 60 }, claims: { iat: NOW - 60 }, outcome: 'too_old' },
  { promise: 'admits a token younger than maxTokenAge', config: { maxTokenAge: 60 }, claims: { iat: NOW - 59 }, outcome: 'accepted' },
  {
    promise: 'grants the clock skew to maxTokenAge',
    config: { maxTokenAge: 60, clockSkew: 30 },
    claims: { iat: NOW - 89 },
    outcome: 'accepted',
  },
  {
    promise: 'grants no more than the clock skew to maxTokenAge',
    config: { maxTokenAge: 60, clockSkew: 30 },
    claims: { iat: NOW - 90 },
    outcome: 'too_old',
  },
  { promise: 'needs iat to know the age', config: { maxTokenAge: 60 }, claims: { iat: undefined }, outcome: 'malformed_claims' },
  { promise: 'demands the issuer', config: { issuer: 'https://sts.test' }, outcome: 'accepted' },
  { promise: 'refuses another issuer', config: { issuer: 'https://sts.test/' }, outcome: 'wrong_issuer' },
  { promise: 'refuses a token without issuer', config: { issuer: 'a' }, claims: { iss: undefined }, outcome: 'wrong_issuer' },
  { promise: 'refuses a list of issuers', config: { issuer: 'a' }, claims: { iss: ['a'] }, outcome: 'wrong_issuer' },
  { promise: 'demands the audience', config: { audience: 'orders' }, outcome: 'accepted' },
  { promise: 'takes any audience of a list', config: { audience: ['x', 'orders'] }, outcome: 'accepted' },
  { promise: 'takes any audience of the token', config: { audience: 'orders' }, claims: { aud: ['x', 'orders'] }, outcome: 'accepted' },
  { promise: 'refuses another audience', config: { audience: 'order' }, outcome: 'wrong_audience' },
  { promise: 'refuses a token without audience', config: { audience: 'orders' }, claims: { aud: undefined }, outcome: 'wrong_audience' },
  { promise: 'refuses an empty list of audiences', config: { audience: 'orders' }, claims: { aud: [] }, outcome: 'wrong_audience' },
  {
    promise: 'refuses an audience that is an object',
    config: { audience: 'orders' },
    claims: { aud: { orders: true } },
    outcome: 'wrong_audience',
  },
  {
    promise: 'refuses an audience in a nested list',
    config: { audience: 'orders' },
    claims: { aud: [['orders']] },
    outcome: 'malformed_claims',
  },
  {
    promise: 'refuses a list of audiences with a number in it, whatever the others are',
    config: { audience: 'orders' },
    claims: { aud: ['orders', 7] },
    outcome: 'malformed_claims',
  },
  {
    promise: 'refuses a list of audiences with null in it, where none is demanded',
    claims: { aud: ['orders', null] },
    outcome: 'malformed_claims',
  },
  { promise: 'demands the subject', config: { username: 'john' }, outcome: 'accepted' },
  { promise: 'refuses another subject', config: { username: 'John' }, outcome: 'wrong_subject' },
  { promise: 'refuses an empty subject', claims: { sub: '' }, outcome: 'malformed_subject' },
  { promise: 'refuses a subject that is a number', claims: { sub: 7 }, outcome: 'malformed_subject' },
  { promise: 'refuses a subject that is null', claims: { sub: null }, outcome: 'malformed_subject' },
  { promise: 'refuses a subject that is a list', claims: { sub: ['john'] }, outcome: 'malformed_subject' },
  {
    promise: 'refuses a client that is no name, where nothing else names the caller',
    claims: { sub: undefined, client_id: 7 },
    outcome: 'malformed_subject',
  },
  { promise: 'refuses a token without the claim that usernameKey names', config: { usernameKey: 'uid' }, outcome: 'malformed_subject' },
  { promise: 'refuses a name that is no name', config: { usernameKey: 'uid' }, claims: { uid: 7 }, outcome: 'malformed_subject' },
  { promise: 'demands the token id', config: { jwtId: 'a' }, claims: { jti: 'a' }, outcome: 'accepted' },
  { promise: 'refuses another token id', config: { jwtId: 'a' }, claims: { jti: 'b' }, outcome: 'wrong_token_id' },
  { promise: 'demands the key id', config: { keyId: 'a' }, header: { alg: 'HS256', kid: 'a' }, outcome: 'accepted' },
  { promise: 'refuses another key id', config: { keyId: 'a' }, header: { alg: 'HS256', kid: 'b' }, outcome: 'wrong_key_id' },
  { promise: 'refuses a token without key id', config: { keyId: 'a' }, outcome: 'wrong_key_id' },
  { promise: 'demands custom claims', config: { customClaims: { a: { b: [1] } } }, claims: { a: { b: [1] } }, outcome: 'accepted' },
  {
    promise: 'compares custom claims to the bottom',
    config: { customClaims: { a: { b: [1] } } },
    claims: { a: { b: [1, 2] } },
    outcome: 'wrong_claim',
  },
  { promise: 'tells 1 from "1" in custom claims', config: { customClaims: { a: 1 } }, claims: { a: '1' }, outcome: 'wrong_claim' },
  { promise: 'refuses a token without a custom claim', config: { customClaims: { a: 1 } }, outcome: 'wrong_claim' },
  { promise: 'does not take an inherited member for a claim', config: { customClaims: { toString: null } }, outcome: 'wrong_claim' },
  {
    promise: 'does not take what every object inherits for a claim',
    config: { customClaims: { toString: Object.prototype.toString } },
    outcome: 'wrong_claim',
  },
  { promise: 'takes JWT for a type', header: { alg: 'HS256', typ: 'jwt' }, outcome: 'accepted' },
  { promise: 'takes at+jwt for a type', header: { alg: 'HS256', typ: 'at+JWT' }, outcome: 'accepted' },
  { promise: 'takes the whole media type for a type', header: { alg: 'HS256', typ: 'application/at+jwt' }, outcome: 'accepted' },
  { promise: 'refuses another type', header: { alg: 'HS256', typ: 'logout+jwt' }, outcome: 'wrong_type' },
  { promise: 'demands the type', config: { typ: 'at+jwt' }, header: { alg: 'HS256', typ: 'at+jwt' }, outcome: 'accepted' },
  {
    promise: 'refuses JWT where another type is demanded',
    config: { typ: 'at+jwt' },
    header: { alg: 'HS256', typ: 'JWT' },
    outcome: 'wrong_type',
  },
  { promise: 'refuses none where a type is demanded', config: { typ: 'at+jwt' }, outcome: 'wrong_type' },
  {
    promise: 'takes any type of a list',
    config: { typ: ['at+jwt', 'x'] },
    header: { alg: 'HS256', typ: 'application/x' },
    outcome: 'accepted',
  },
];

describe('the claims of a token', () => {
  beforeAll(() => {
    jest.useFakeTimers({ now: NOW * 1000, advanceTimers: false });
  });
  afterAll(() => {
    jest.useRealTimers();
  });

  it.each(cases)('$promise', async ({ config = {}, claims = {}, header, outcome }) => {
    const authenticator = await prepare({ signatureConfig, ...config });
    expect(await outcomeOf(authenticator, sign(goodClaims(claims), header))).toBe(outcome);
  });

  it.each(['1e400', '-1e400'])('refuses the time %s, which is no finite number', async (exp) => {
    const authenticator = await prepare({ signatureConfig });
    const outcome = await outcomeOf(authenticator, sign(`{"sub":"john","exp":${exp}}`));
    expect(outcome).toBe('malformed_claims');
  });

  it('does not say anything of the claims of a token without a valid signature', async () => {
    const authenticator = await prepare({ signatureConfig, issuer: 'a' });
    const forged = mintRaw(createSecret('HS256'), { alg: 'HS256' }, goodClaims({ exp: 1, iss: 'b' }));
    expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
  });
});

describe('the principal of a token', () => {
  const principalBy = async (config: object, claims: Record<string, unknown>) => {
    const authenticator = await prepare({ signatureConfig, ...config });
    return principalOf(await authenticator.authenticate(bearer(sign(goodClaims(claims)))));
  };

  it('is its subject, with its scopes and all its claims, frozen', async () => {
    const principal = await principalBy({}, { nested: { list: [1] } });
    expect(principal).toMatchObject({
      scheme: 'sts',
      method: 'jwt',
      username: 'john',
      scopes: ['add_order', 'update_order'],
      roles: [],
      permissions: [],
    });
    expect(principal.claims).toMatchObject({ iss: 'https://sts.test', nested: { list: [1] } });
    for (const part of [principal, principal.scopes, principal.claims, principal.claims.nested]) expect(Object.isFrozen(part)).toBe(true);
  });

  it.each([
    ['a string with spaces', { scope: '  a  b ' }, ['a', 'b']],
    ['a list', { scope: ['a', 'b c'] }, ['a', 'b c']],
    ['nothing', { scope: undefined }, []],
    ['a number', { scope: 7 }, []],
    ['a list with other things', { scope: ['a', 7, null, ''] }, ['a']],
  ])('takes scopes from %s', async (_, claims, scopes) => {
    expect((await principalBy({}, claims)).scopes).toEqual(scopes);
  });

  it.each([
    ['another name', 'scp', { scp: 'x' }],
    ['a nested path', 'realm_access.roles', { realm_access: { roles: ['x'] } }],
    ['a name with dots', 'https://x.y/roles', { 'https://x.y/roles': ['x'] }],
    ['a path through a name with dots', 'https://x.y/access.roles', { 'https://x.y/access': { roles: ['x'] } }],
  ])('takes scopes, roles and permissions under %s', async (_, path, claims) => {
    const principal = await principalBy({ scopeKey: path, roleKey: path, permissionKey: path }, claims);
    expect([principal.scopes, principal.roles, principal.permissions]).toEqual([['x'], ['x'], ['x']]);
  });

  it('does not take an inherited member for a claim', async () => {
    const authenticator = await prepare({ signatureConfig, scopeKey: '__proto__.scopes' });
    const token = sign(`{"exp":${NOW * 2},"a":{}}`);
    expect(principalOf(await authenticator.authenticate(bearer(token)))).toMatchObject({ scopes: [], username: '' });
    const other = await prepare({ signatureConfig, usernameKey: 'constructor.name' });
    expect(await outcomeOf(other, token)).toBe('malformed_subject');
  });

  it('has the name of usernameKey', async () => {
    expect((await principalBy({ usernameKey: 'user.id' }, { user: { id: 'j7' } })).username).toBe('j7');
  });

  it.each([
    ['its subject, and tells the client apart', { client_id: 'shop' }, { username: 'john', clientId: 'shop' }],
    ['its client, where no user is named', { sub: undefined, client_id: 'shop', azp: 'other' }, { username: 'shop', clientId: 'shop' }],
    ['its authorized party, where that is all', { sub: undefined, azp: 'shop' }, { username: 'shop', clientId: 'shop' }],
  ])('is %s', async (_what, claims, expected) => {
    expect(await principalBy({}, claims)).toMatchObject(expected);
  });

  it('has no name and no client where the token has no name', async () => {
    const principal = await principalBy({}, { sub: undefined });
    expect(principal.username).toBe('');
    expect(principal).not.toHaveProperty('clientId');
  });
});
