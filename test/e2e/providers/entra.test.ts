import { itRuns } from '../../support/provider-recipes/promises.js';

const HOST = 'https://login.microsoftonline.com';
const FIRST = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const SECOND = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
const API = '00001111-aaaa-2222-bbbb-3333cccc4444';

/** What Entra serves about a tenant. */
const tenant = (id: string) => ({
  [`${HOST}/${id}/v2.0/.well-known/openid-configuration`]: { issuer: `${HOST}/${id}/v2.0`, jwks_uri: `${HOST}/${id}/discovery/v2.0/keys` },
  [`${HOST}/${id}/discovery/v2.0/keys`]: 'keys' as const,
});
const idToken = { scp: undefined, nonce: '12345', aio: 'Df2UVXL1ix', preferred_username: 'alice@contoso.example' };
const versionOne = { ver: '1.0', iss: `https://sts.windows.net/${FIRST}/`, aud: `api://${API}`, azp: undefined, appid: 'x' };

describe('Microsoft Entra ID', () => {
  itRuns({
    page: 'entra',
    serves: tenant(FIRST),
    refused: [
      { what: 'a token of version 1', claims: versionOne, reason: 'wrong_issuer' },
      { what: 'an ID token of the same app registration', claims: idToken, reason: 'wrong_claim' },
      { what: 'an application without a user', claims: { scp: undefined, idtyp: 'app' }, reason: 'wrong_claim' },
      { what: 'a token for Microsoft Graph', claims: { aud: '00000003-0000-0000-c000-000000000000' }, reason: 'wrong_audience' },
      { what: 'another tenant', claims: { iss: `${HOST}/${SECOND}/v2.0`, tid: SECOND }, reason: 'wrong_issuer' },
      { what: 'a token without oid', claims: { oid: undefined }, reason: 'malformed_subject' },
    ],
  });

  itRuns({
    page: 'entra-multi-tenant',
    serves: { ...tenant(FIRST), ...tenant(SECOND) },
    alsoAccepted: [
      {
        what: 'the same person in the other tenant',
        claims: { iss: `${HOST}/${FIRST}/v2.0`, tid: FIRST },
        principal: { username: `${FIRST}/aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb` },
      },
    ],
    refused: [
      { what: 'a tenant that is not listed', claims: { iss: `${HOST}/99999999-0000-cccc-1111-dddd2222eeee/v2.0` }, reason: 'wrong_issuer' },
      { what: 'a token whose tid is another tenant than that of iss', claims: { tid: FIRST }, reason: 'wrong_issuer' },
      { what: 'a token without tid', claims: { tid: undefined }, reason: 'wrong_issuer' },
      { what: 'the placeholder itself', claims: { iss: `${HOST}/common/v2.0`, tid: 'common' }, reason: 'wrong_issuer' },
      { what: 'an ID token', claims: idToken, reason: 'wrong_claim' },
      { what: 'a token for another API', claims: { aud: '99991111-aaaa-2222-bbbb-3333cccc4444' }, reason: 'wrong_audience' },
    ],
  });

  itRuns({
    page: 'entra-app-only',
    serves: tenant(FIRST),
    refused: [
      { what: 'a user', claims: { idtyp: 'user', scp: 'Orders.Read' }, reason: 'wrong_claim' },
      { what: 'a user where idtyp is not configured', claims: { idtyp: undefined, scp: 'Orders.Read' }, reason: 'wrong_claim' },
      { what: 'an application of the tenant without a role', claims: { roles: undefined }, status: 403, reason: 'insufficient_role' },
      { what: 'another tenant', claims: { iss: `${HOST}/${SECOND}/v2.0`, tid: SECOND }, reason: 'wrong_issuer' },
    ],
  });
});
