import { idTokenClaims, otherKind } from '../../../../lib/strategies/claims/token-kind.js';
import { createKey, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare, TestHost } from '../jwt/setup.js';

const key = createKey('ES256');
const signatureConfig = { publicKey: key.pem };

describe('a token that seems to be none for APIs', () => {
  it.each([
    ['the hash of an access token', { at_hash: 'x' }],
    ['the hash of a code', { c_hash: 'x', scope: undefined }],
    ['the hash of a state', { s_hash: 'x' }],
    ['a nonce and no scope', { nonce: 'x', scope: undefined }],
    ['the type of an ID token', { typ: 'ID' }],
    ['the use of an ID token', { token_use: 'id' }],
  ])('is reported once for its scheme, and not with what it says: %s', async (_what, claims) => {
    const host = new TestHost();
    const authenticator = await prepare({ signatureConfig }, host);
    for (let jti = 0; jti < 50; jti++)
      expect(await outcomeOf(authenticator, mintRaw(key, { alg: 'ES256', typ: 'JWT' }, goodClaims({ jti, ...claims })))).toBe('accepted');
    expect(host.lines).toEqual([
      expect.stringMatching(/^sts .*seems to be an ID token or a refresh token \((at_hash|c_hash|s_hash|nonce|typ|token_use)\)/),
    ]);
  });

  it.each([
    ['an ordinary one', {}, 'JWT'],
    ['a nonce beside a scope', { nonce: 'x' }, 'JWT'],
    ['a nonce beside scopes of another name', { nonce: 'x', scope: undefined, scp: ['read'] }, 'JWT'],
    ['one whose header says that it is an access token', { at_hash: 'x' }, 'at+jwt'],
  ])('is not reported for %s', async (_what, claims, typ) => {
    const host = new TestHost();
    const authenticator = await prepare({ signatureConfig }, host);
    expect(await outcomeOf(authenticator, mintRaw(key, { alg: 'ES256', typ }, goodClaims(claims)))).toBe('accepted');
    expect(host.lines).toEqual([]);
  });

  it('is not reported where it is refused: such requests would fill the log', async () => {
    const host = new TestHost();
    const authenticator = await prepare({ signatureConfig }, host);
    const forged = mintRaw(createKey('ES256'), { alg: 'ES256' }, goodClaims({ at_hash: 'x' }));
    expect(await outcomeOf(authenticator, forged)).toBe('bad_signature');
    expect(host.lines).toEqual([]);
  });

  it('is known by its own claims alone', () => {
    expect(idTokenClaims(Object.create({ at_hash: 'x', nonce: 'x' }))).toEqual([]);
  });
});

describe('the kind of a token', () => {
  it.each([
    'token_type',
    'tokenType',
    'TOKEN-TYPE',
    'token_use',
    'Token Use',
    'typ',
    'Typ',
    'TYP',
    'token_name',
    'tokenKind',
    'token-usage',
    'tokenClass',
    'purpose',
    'Purpose',
    'type',
    'Type',
    'use',
    'Use',
    'usage',
    'USAGE',
    'kind',
    'Kind',
  ])('is found in the member %j', (member) => {
    expect(otherKind({ sub: 'alice', [member]: 'refresh_token' })).toBe(member);
  });

  it.each(['_typ', ' typ', '-typ', '@typ', '[typ]', '`typ`', '{typ}', '~typ', '\u212Aind', '.use', '\ttoken_type', '*kind'])(
    'is found in the member %j, whatever stands before its letters',
    (member) => {
      expect(otherKind({ [member]: 'refresh_token' })).toBe(member);
    },
  );

  it.each([
    'refresh',
    'refresh_token',
    'offline',
    'offline_token',
    'id',
    'ID',
    'id_token',
    'id+jwt',
    'id_token+jwt',
    'identity',
    'identity-token',
    'dpop',
    'dpop+jwt',
    'pop',
    'PoP-Token',
    'mac',
    'logout',
    'logout+jwt',
    'logout_token',
    'registration',
    'registration_token',
    'authorization_code',
    'auth_code',
    'device_code',
    'code',
    'offline_access',
    'password_reset',
    'password-reset-token',
    'email_verification',
    'EmailVerificationToken',
    'application/logout+jwt',
    ' application/logout+jwt ',
    'urn:ietf:params:oauth:token-type:id_token',
    ' urn:ietf:params:oauth:token-type:refresh_token',
    '\nURN:example:Logout_Token\n',
  ])('is another one where it is %j, in every member', (kind) => {
    for (const member of ['token_type', 'token_use', 'typ', 'kind', 'type', 'use', 'purpose'])
      expect(otherKind({ [member]: kind })).toBe(member);
  });

  it.each<[unknown]>([
    ['saml2'],
    ['no kind of token that is known'],
    ['+application/at+jwt'],
    ['access;application/token'],
    ['bearer, urn:ietf:params:oauth:token-type:'],
    ['access, urn:ietf:params:oauth:token-type:token'],
    [['Bearer']],
    [{}],
    [0],
    [false],
  ])('is another one where a member that is for the kind has %j', (kind) => {
    for (const member of ['token_type', 'token_use', 'typ']) expect(otherKind({ [member]: kind })).toBe(member);
  });

  it.each([
    'bearer',
    'Bearer',
    'bearer_token',
    'access',
    'access_token',
    'AccessToken',
    'at',
    'at+jwt',
    'application/at+jwt',
    ' application/at+jwt',
    'jwt',
    'JWT',
    'urn:ietf:params:oauth:token-type:access_token',
    ' urn:ietf:params:oauth:token-type:jwt ',
    '',
    null,
    undefined,
  ])('is none but an access token where it is %j', (kind) => {
    for (const member of ['token_type', 'token_use', 'typ', 'kind', 'type']) expect(otherKind({ [member]: kind })).toBeUndefined();
  });

  it.each<[Record<string, unknown>]>([
    [{ type: 7 }],
    [{ kind: ['person'] }],
    [{ purpose: { id: true } }],
    [{ use: false }],
    [{ type: 'idea' }],
    [{ type: 'valid' }],
    [{ purpose: 'refreshments' }],
    [{ type: 'user', use: 'sig', kind: 'person' }],
    [{ tenant: 'id', title: 'refresh_token', unit: 'code', phone: 'offline', plan: 'pop', kiosk: 'logout' }],
    [{ sub: 'id', acr: 'code', zone: 'mac', A: 'pop', Z: 'id', _: 'offline', '': 'code' }],
    [{ '': 'id', '1': 'id' }],
  ])('is not said by %j', (claims) => {
    expect(otherKind(claims)).toBeUndefined();
  });

  it('is told by the first of several members that says it is another one', () => {
    expect(otherKind({ typ: 'Bearer', token_use: 'id', kind: 'refresh' })).toBe('token_use');
  });
});
