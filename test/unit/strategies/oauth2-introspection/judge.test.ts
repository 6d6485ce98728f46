import { parseConfig } from '../../../../lib/config/schema.js';
import { claimsSettings } from '../../../../lib/strategies/claims/claims.schema.js';
import { principalMaker } from '../../../../lib/strategies/claims/principal-of.js';
import { type Expectations, judge } from '../../../../lib/strategies/oauth2-introspection/judge.js';
import { introspectionConfig } from '../../../../lib/strategies/oauth2-introspection/oauth2-introspection.schema.js';

const NOW = 1_800_000_000;

/** The expectations of a config, as they are compiled at boot. */
function expectedBy(config: object = {}): Expectations {
  const { issuer, audience, clockSkew = 0, ...given } = parseConfig(introspectionConfig, { url: 'https://idp.test', ...config });
  const settings = claimsSettings(given);
  const principalOf = principalMaker({ scheme: 'sts', method: 'introspection', standIns: ['username'] }, settings);
  return {
    issuer,
    audience: audience === undefined || audience === null ? undefined : [audience].flat(),
    clockSkew,
    customClaims: settings.customClaims,
    principalOf,
  };
}

function judged(claims: object, config: object = {}) {
  const { verdict, until } = judge({ active: true, ...claims }, expectedBy(config), NOW);
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
    const { verdict } = judge({ active: true, ...answer }, expectedBy(), NOW);
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
    expect(judged(answer, keys)).toMatchObject({ scopes: ['read'], roles: ['admin'], permissions: ['/order /stock'], username: 'bob' });
  });

  it.each([
    [{ sub: 'alice', username: 'other' }, 'alice'],
    [{ username: 'alice' }, 'alice'],
    [{ username: 'alice', client_id: 'shop' }, 'alice'],
    [{ client_id: 'shop' }, 'shop'],
    [{ sub: null, username: null, client_id: 'shop' }, 'shop'],
    [{ username: '', client_id: 'shop' }, 'shop'],
    [{ azp: 'shop' }, 'shop'],
    [{}, ''],
  ])('names the caller of %j %p', (claims, username) => {
    expect(judged(claims)).toMatchObject({ username });
  });

  it('says which client a token was issued to', () => {
    expect(judged({ sub: 'alice', client_id: 'shop' })).toMatchObject({ clientId: 'shop' });
    expect(judged({ sub: 'alice', azp: 'shop', client_id: null })).toMatchObject({ clientId: 'shop' });
    expect(judged({ sub: 'alice' })).not.toHaveProperty('clientId');
  });

  it.each([{ username: 7, client_id: 'shop' }, { sub: '', client_id: 'shop' }, { client_id: '' }, { client_id: ['shop'] }])(
    'refuses %j: a broken name changes neither the user nor the client',
    (claims) => {
      expect(judged(claims)).toMatchObject({ reason: 'malformed_subject' });
    },
  );

  it('refuses an answer without the member that usernameKey names', () => {
    expect(judged({ sub: 'alice', client_id: 'shop' }, { usernameKey: 'uid' })).toMatchObject({ reason: 'malformed_subject' });
  });

  it('takes members that are null for members that are not there', () => {
    const nothing = {
      sub: null,
      exp: null,
      nbf: null,
      iat: null,
      aud: null,
      iss: null,
      token_type: null,
      typ: null,
      scope: null,
      cnf: null,
    };
    expect(judged({ client_id: 'shop', ...nothing })).toMatchObject({
      username: 'shop',
      claims: { active: true, client_id: 'shop' },
      until: undefined,
    });
    expect(judged(nothing, { audience: ['orders'] })).toMatchObject({ reason: 'wrong_audience' });
  });

  it('takes nested members that are null for members that are not there, but not the elements of a list', () => {
    const answer = { sub: 'alice', realm: { roles: null, name: null, list: [null, { a: null, b: 1 }] }, cnf: null };
    const principal = judged(answer, { roleKey: 'realm.roles' });
    expect(principal).toMatchObject({ roles: [] });
    expect(judged({ list: [{ a: null }] })).toHaveProperty('claims', { active: true, list: [{}] });
    expect(principal).toHaveProperty('claims', { active: true, sub: 'alice', realm: { list: [null, { b: 1 }] } });
    expect(judged(answer, { usernameKey: 'realm.name' })).toMatchObject({ reason: 'malformed_subject' });
    expect(judged(answer, { customClaims: { 'realm.name': { exists: true } } })).toMatchObject({ reason: 'wrong_claim' });
  });

  it('survives an answer that is very deep', () => {
    const answer = JSON.parse(`{"sub":"alice","deep":${'{"a":'.repeat(20_000)}null${'}'.repeat(20_000)},"gone":null}`);
    expect(judged(answer)).toMatchObject({ username: 'alice' });
    expect(judged(answer)).not.toHaveProperty('claims.gone');
    const list = JSON.parse(`{"sub":"alice","deep":${'['.repeat(20_000)}null${']'.repeat(20_000)},"gone":null}`);
    expect(judged(list, { customClaims: { deep: { exists: true } } })).toMatchObject({ username: 'alice' });
  });

  it.each<[object, object, object]>([
    [{ roleKey: ['a.r', 'b'] }, { sub: 'x', a: { r: ['staff'] }, b: 'Read Only' }, { roles: ['staff', 'Read Only'] }],
    [{ numericNames: true }, { username: 42, client_id: 7 }, { username: '42', clientId: '7' }],
    [{ toPrincipal: () => ({ roles: ['x'] }) }, { sub: 'x', scope: 'a' }, { roles: ['x'], scopes: ['a'] }],
    [{ toPrincipal: () => null }, { sub: 'x' }, { reason: 'refused_by_to_principal' }],
    [{ customClaims: { client_id: { any: ['web'] } } }, { sub: 'x', client_id: 'web' }, { username: 'x' }],
    [{ customClaims: { client_id: { any: ['web'] } } }, { sub: 'x', client_id: 'app' }, { reason: 'wrong_claim' }],
    [{ usernameKey: 'email' }, { sub: 7, email: 'a@b.test' }, { reason: 'malformed_subject' }],
  ])('obeys %j for %j, as a JWT does', (config, claims, expected) => {
    expect(judged(claims, config)).toMatchObject(expected);
  });

  it.each([[''], [7], [['alice']]])('refuses a sub of %j, and does not fall back to another name', (sub) => {
    expect(judged({ sub, username: 'alice' })).toMatchObject({ reason: 'malformed_subject' });
  });

  it.each([
    ['exp in the past', { exp: NOW - 1 }, 'expired'],
    ['exp right now', { exp: NOW }, 'expired'],
    ['exp as a string, in the past', { exp: '1672531199' }, 'expired'],
    ['exp in words', { exp: 'tomorrow' }, 'malformed_claims'],
    ['exp beyond all numbers', { exp: Number.POSITIVE_INFINITY }, 'malformed_claims'],
    ['nbf in the future', { nbf: NOW + 1 }, 'not_yet_valid'],
    ['nbf as a string, in the future', { nbf: String(NOW + 60) }, 'not_yet_valid'],
    ['exp as a list', { exp: [String(NOW + 60)] }, 'malformed_claims'],
    ['nbf as an object', { nbf: {} }, 'malformed_claims'],
    ['a list of audiences with a number in it', { aud: ['orders', 7] }, 'malformed_claims'],
    ['a list of audiences with null in it', { aud: [null] }, 'malformed_claims'],
  ])('refuses %s', (_name, claims, reason) => {
    expect(judged(claims)).toMatchObject({ reason });
  });

  it.each([
    { token_type: 'Refresh' },
    { token_type: 'refresh_token' },
    { token_type: 'Bearer', token_use: 'refresh_token' },
    { token_type: 'Offline', typ: 'Offline' },
    { typ: 'Offline' },
    { token_type: 'ID', typ: 'ID' },
    { typ: 'Serialized-ID' },
    { token_use: 'id' },
    { token_use: 'REFRESH' },
    { token_type: 'DPoP' },
    { typ: 'dpop+jwt' },
    { typ: 'application/logout+jwt' },
    { token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
    { token_type: 'URN:IETF:PARAMS:OAUTH:TOKEN-TYPE:ID_TOKEN' },
    { token_type: 'urn:ietf:params:oauth:token-type:saml2' },
    { token_use: 'urn:ietf:params:oauth:token-type:id_token' },
    { tokenType: 'refresh-token' },
    { 'Token-Use': 'RefreshToken' },
    { kind: 'refresh_token' },
    { usage: 'offline_access' },
    { token_class: 'id-token+jwt' },
    { token_use: ['access'] },
    { TOKEN_TYPE: ' refresh token ' },
    { token_type: 'Bearer', tokenName: 'refresh_token' },
    { purpose: 'id_token' },
    { token_type: ['Bearer', 'refresh_token'] },
    { token_type: { refresh: true } },
    { token_use: 7 },
    { token_type: 'authorization_code' },
    { typ: 'Registration' },
  ])('refuses %j, which says that this is no access token', (claims) => {
    expect(judged({ sub: 'alice', ...claims })).toMatchObject({ reason: 'wrong_type' });
  });

  it.each([
    {},
    { token_type: 'Bearer' },
    { token_type: 'bearer', token_use: 'access_token', typ: 'Bearer' },
    { token_type: 'access_token' },
    { token_use: 'access' },
    { token_type: 'urn:ietf:params:oauth:token-type:access_token' },
    { typ: 'at+jwt' },
    { typ: 'application/at+jwt' },
    { typ: 'JWT' },
    { token_type: '', typ: null },
    { tokenName: 'access_token', purpose: 'treatment', type: 'user' },
    { token_type: 'token_type' },
  ])('takes %j, which says that it is one or says nothing', (claims) => {
    expect(judged({ sub: 'alice', ...claims })).toMatchObject({ username: 'alice' });
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
    expect(judged({}, { scopeKey: 'constructor.name' })).toMatchObject({ username: '', scopes: [] });
    expect(judged({}, { usernameKey: 'toString' })).toMatchObject({ reason: 'malformed_subject' });
  });

  it('says until when it is too early, so that no cache remembers it for longer', () => {
    expect(judged({ nbf: NOW + 3, exp: NOW + 60 })).toEqual({ reason: 'not_yet_valid', until: NOW + 3 });
    expect(judged({ nbf: NOW - 3, aud: 'stock' }, { audience: 'orders' })).toEqual({ reason: 'wrong_audience', until: undefined });
  });
});
