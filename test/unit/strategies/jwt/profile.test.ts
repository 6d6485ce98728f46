import { AuthConfigurationError } from 'nest-service-auth';
import { bearer, createSecret, goodClaims, mintRaw } from '../../../support/tokens.js';
import { outcomeOf, prepareAsItIs, TestHost } from './setup.js';

const key = createSecret('HS256');
const good = { profile: 'rfc9068', signatureConfig: { secret: key.secret }, issuer: 'https://sts.test', audience: 'orders' };
const claims = (changes: object = {}) => goodClaims({ client_id: 'shop', jti: 'f5aded50', ...changes });
const token = (changes: object = {}, header: object = { typ: 'at+jwt' }) => mintRaw(key, { alg: 'HS256', ...header }, claims(changes));

describe('the profile of RFC 9068', () => {
  it.each<[string, object, object | undefined, string]>([
    ['admits a token that has everything', {}, undefined, 'accepted'],
    ['admits the whole media type', {}, { typ: 'application/at+jwt' }, 'accepted'],
    ['admits a type in another case', {}, { typ: 'AT+JWT' }, 'accepted'],
    ['refuses a token without a type', {}, {}, 'wrong_type'],
    ['refuses the type JWT', {}, { typ: 'JWT' }, 'wrong_type'],
    ['refuses a token without iss', { iss: undefined }, undefined, 'missing_claim'],
    ['refuses a token without exp', { exp: undefined }, undefined, 'missing_expiry'],
    ['refuses a token without aud', { aud: undefined }, undefined, 'missing_claim'],
    ['refuses a token without sub', { sub: undefined }, undefined, 'missing_claim'],
    ['refuses a token without client_id', { client_id: undefined }, undefined, 'missing_claim'],
    ['refuses azp in place of client_id', { client_id: undefined, azp: 'shop' }, undefined, 'missing_claim'],
    ['refuses a token without iat', { iat: undefined }, undefined, 'missing_claim'],
    ['refuses a token without jti', { jti: undefined }, undefined, 'missing_claim'],
    ['refuses null for a claim', { jti: null }, undefined, 'malformed_claims'],
    ['refuses an empty client_id', { client_id: '' }, undefined, 'malformed_claims'],
    ['refuses a jti that is a number', { jti: 7 }, undefined, 'malformed_claims'],
    ['refuses an iat that is text', { iat: '1' }, undefined, 'malformed_claims'],
    ['refuses an empty list of audiences', { aud: [] }, undefined, 'wrong_audience'],
    ['refuses another audience', { aud: 'stock' }, undefined, 'wrong_audience'],
    ['refuses another issuer', { iss: 'https://other.test' }, undefined, 'wrong_issuer'],
  ])('%s', async (_, changes, header, outcome) => {
    const authenticator = await prepareAsItIs(good);
    expect(await outcomeOf(authenticator, token(changes, header))).toBe(outcome);
  });

  it('names the claim that is missing', async () => {
    const verdict = await (await prepareAsItIs(good)).authenticate(bearer(token({ jti: undefined })));
    expect(verdict.outcome === 'rejected' && verdict.detail?.()).toBe('RFC 9068 requires the claim jti, which is missing');
  });

  it('does without the claims where there is no profile', async () => {
    const { profile: _, ...without } = good;
    expect(await outcomeOf(await prepareAsItIs(without), token({ client_id: undefined, jti: undefined }, {}))).toBe('accepted');
  });

  it.each<[string, object, RegExp]>([
    ['a type', { typ: 'at+jwt' }, /^typ: has no effect together with profile: "rfc9068"/],
    ['tokens without an end', { requireExp: false }, /^requireExp: must not be false with profile/],
    ['no check of the issuer', { issuer: null }, /^issuer: is required by profile/],
    ['no check of the audience', { audience: null }, /^audience: is required by profile/],
    ['another profile', { profile: 'oidc' }, /^profile: must be "rfc9068"/],
  ])('stops the boot with %s', async (_, changes, message) => {
    await expect(prepareAsItIs({ ...good, ...changes })).rejects.toThrow(AuthConfigurationError);
    await expect(prepareAsItIs({ ...good, ...changes })).rejects.toThrow(message);
  });

  it('stops the boot without an issuer and an audience, and names both', async () => {
    const { issuer: _, audience: __, ...rest } = good;
    await expect(prepareAsItIs(rest)).rejects.toThrow(/issuer: is required by profile[\s\S]*audience: is required by profile/);
  });

  it('takes the audience of the protected resource', async () => {
    const { audience: _, ...rest } = good;
    const host = Object.assign(new TestHost(), { audiences: ['orders'] });
    expect(await outcomeOf(await prepareAsItIs(rest, host), token())).toBe('accepted');
  });
});
