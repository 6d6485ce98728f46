import { type Expectations, judge } from '../../../../lib/strategies/oauth2-introspection/judge.js';

const NOW = 1_800_000_000;
const EXPECTED: Expectations = {
  scheme: 'sts',
  issuer: undefined,
  audience: undefined,
  clockSkew: 0,
  scopeKey: 'scope',
  usernameKey: undefined,
  roleKey: undefined,
  permissionKey: undefined,
};

function judged(claims: object, expected: Partial<Expectations> = {}) {
  const { verdict, until } = judge({ active: true, ...claims }, { ...EXPECTED, ...expected }, NOW);
  if (verdict.outcome === 'absent') throw new Error('judged as absent');
  return verdict.outcome === 'accepted' ? { ...verdict.principal, until } : { reason: verdict.reason, until };
}

describe('the judgement of an active answer', () => {
  it('makes a frozen principal of the whole answer', () => {
    const answer = { sub: 'alice', scope: 'read write', exp: NOW + 60, extra: { deep: ['x'] } };
    const principal = judged(answer);
    expect(principal).toMatchObject({
      scheme: 'sts',
      method: 'introspection',
      username: 'alice',
      scopes: ['read', 'write'],
      until: NOW + 60,
    });
    expect(principal).toHaveProperty('claims', { active: true, ...answer });
    const { verdict } = judge({ active: true, ...answer }, EXPECTED, NOW);
    expect(Object.isFrozen(verdict) && verdict.outcome === 'accepted' && Object.isFrozen(verdict.principal)).toBe(true);
  });

  it.each([
    ['a string', 'read  write', ['read', 'write']],
    ['a list', ['read', 'write'], ['read', 'write']],
    ['a list with more than strings', ['read', 7, null], ['read']],
    ['an object', { read: true }, []],
    ['nothing', undefined, []],
  ])('takes scopes as %s', (_kind, scope, scopes) => {
    expect(judged({ scope })).toMatchObject({ scopes });
  });

  it('takes scopes, roles, permissions and the name from where the config says', () => {
    const answer = {
      realm: { scp: ['read'], roles: ['admin'] },
      'https://example.com/permissions': '/order /stock',
      user: { name: 'bob' },
      sub: 'x',
    };
    const keys = {
      scopeKey: 'realm.scp',
      roleKey: 'realm.roles',
      permissionKey: 'https://example.com/permissions',
      usernameKey: 'user.name',
    };
    expect(judged(answer, keys)).toMatchObject({ scopes: ['read'], roles: ['admin'], permissions: ['/order', '/stock'], username: 'bob' });
  });

  it.each([
    [{ sub: 'alice', username: 'other' }, 'alice'],
    [{ username: 'alice' }, 'alice'],
    [{ username: 7 }, ''],
    [{}, ''],
  ])('names the caller of %j %p', (claims, username) => {
    expect(judged(claims)).toMatchObject({ username });
  });

  it.each([[''], [7], [null], [['alice']]])('refuses a sub of %j, and does not fall back to another name', (sub) => {
    expect(judged({ sub, username: 'alice' })).toMatchObject({ reason: 'malformed_subject' });
  });

  it.each([
    ['exp in the past', { exp: NOW - 1 }, 'expired'],
    ['exp right now', { exp: NOW }, 'expired'],
    ['exp as a string, in the past', { exp: '1672531199' }, 'expired'],
    ['exp in words', { exp: 'tomorrow' }, 'malformed_claims'],
    ['exp beyond all numbers', { exp: Number.POSITIVE_INFINITY }, 'malformed_claims'],
    ['exp null', { exp: null }, 'malformed_claims'],
    ['nbf in the future', { nbf: NOW + 1 }, 'not_yet_valid'],
    ['nbf as a string, in the future', { nbf: String(NOW + 60) }, 'not_yet_valid'],
    ['nbf as an object', { nbf: {} }, 'malformed_claims'],
    ['the type of a DPoP token', { token_type: 'DPoP' }, 'wrong_type'],
    ['the type of a refresh token', { token_type: 'Refresh' }, 'wrong_type'],
  ])('refuses %s', (_name, claims, reason) => {
    expect(judged(claims)).toMatchObject({ reason });
  });

  it('reads times that are written as strings, and gives them as numbers', () => {
    const answer = { exp: String(NOW + 60), nbf: String(NOW), iat: String(NOW) };
    expect(judged(answer)).toMatchObject({ claims: { exp: NOW + 60, nbf: NOW, iat: NOW }, until: NOW + 60 });
  });

  it('lets the clocks differ by as much as the config says', () => {
    expect(judged({ exp: NOW - 4, nbf: NOW + 4 }, { clockSkew: 5 })).toHaveProperty('username');
    expect(judged({ exp: NOW - 5 }, { clockSkew: 5 })).toMatchObject({ reason: 'expired' });
    expect(judged({ nbf: NOW + 6 }, { clockSkew: 5 })).toMatchObject({ reason: 'not_yet_valid' });
  });

  it.each([
    [{}, 'wrong_issuer'],
    [{ iss: 'https://other.example' }, 'wrong_issuer'],
    [{ iss: ['https://sts.example'] }, 'wrong_issuer'],
    [{ iss: 'https://sts.example' }, 'wrong_audience'],
    [{ iss: 'https://sts.example', aud: 'other' }, 'wrong_audience'],
    [{ iss: 'https://sts.example', aud: [] }, 'wrong_audience'],
    [{ iss: 'https://sts.example', aud: { a: 'orders' } }, 'wrong_audience'],
  ])('refuses %j where an issuer and an audience are expected', (claims, reason) => {
    expect(judged(claims, { issuer: 'https://sts.example', audience: ['orders', 'stock'] })).toMatchObject({ reason });
  });

  it.each([['orders'], [['other', 'stock']]])('takes an audience of %j where one of several is expected', (aud) => {
    expect(judged({ iss: 'https://sts.example', aud }, { issuer: 'https://sts.example', audience: ['orders', 'stock'] })).toHaveProperty(
      'username',
    );
  });

  it('does not read what an answer did not say itself', () => {
    const answer = JSON.parse('{"active":true,"__proto__":{"sub":"mallory","scope":"admin"}}');
    expect(judged(answer)).toMatchObject({ username: '', scopes: [] });
    expect(judged({}, { scopeKey: 'constructor.name', usernameKey: 'toString' })).toMatchObject({ username: '', scopes: [] });
  });

  it('says until when it is too early, so that nobody remembers it for longer', () => {
    expect(judged({ nbf: NOW + 3, exp: NOW + 60 })).toEqual({ reason: 'not_yet_valid', until: NOW + 3 });
  });
});
