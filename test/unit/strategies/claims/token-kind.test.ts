import { idTokenClaims } from '../../../../lib/strategies/claims/token-kind.js';
import { createKey, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepare, TestHost } from '../jwt/setup.js';

const key = createKey('ES256');
const signatureConfig = { publicKey: key.pem };

describe('a token that seems to be none for APIs', () => {
  it.each([
    ['the hash of an access token', { at_hash: 'x' }],
    ['the hash of a code', { c_hash: 'x', scope: undefined }],
    ['a nonce and no scope', { nonce: 'x', scope: undefined }],
    ['the type of an ID token', { typ: 'ID' }],
    ['the use of an ID token', { token_use: 'id' }],
  ])('is reported once for its scheme, and not with what it says: %s', async (_what, claims) => {
    const host = new TestHost();
    const authenticator = await prepare({ signatureConfig }, host);
    for (let jti = 0; jti < 50; jti++)
      expect(await outcomeOf(authenticator, mintRaw(key, { alg: 'ES256', typ: 'JWT' }, goodClaims({ jti, ...claims })))).toBe('accepted');
    expect(host.lines).toEqual([
      expect.stringMatching(/^sts .*seems to be an ID token or a refresh token \((at_hash|c_hash|nonce|typ|token_use)\)/),
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
