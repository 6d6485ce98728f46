import { itRuns } from '../../support/provider-recipes/promises.js';

const at = (issuer: string) => `${issuer}/.well-known/openid-configuration`;

describe('providers of the cloud', () => {
  const auth0 = 'https://acme.eu.auth0.com';
  itRuns({
    page: 'auth0',
    serves: {
      [at(auth0)]: { issuer: `${auth0}/`, jwks_uri: `${auth0}/.well-known/jwks.json` },
      [`${auth0}/.well-known/jwks.json`]: 'keys',
    },
    alsoAccepted: [
      {
        what: 'a token of the profile of RFC 9068',
        claims: { azp: undefined, client_id: 'my_client_id', jti: '73WakrfVbNJBaAmhQtEeDv' },
        header: { typ: 'at+jwt' },
        principal: {},
      },
      {
        what: 'a client without a user',
        claims: {
          sub: 'my_client_id@clients',
          aud: 'https://orders.example.com',
          gty: 'client-credentials',
          permissions: undefined,
          'https://example.com/roles': undefined,
        },
        principal: { username: 'my_client_id@clients', permissions: [], roles: [] },
      },
    ],
    refused: [
      { what: 'an ID token', claims: { aud: 'my_client_id' }, reason: 'wrong_audience' },
      { what: 'a token for another API', claims: { aud: ['https://stock.example.com', `${auth0}/userinfo`] }, reason: 'wrong_audience' },
      { what: 'an issuer without the slash', claims: { iss: auth0 }, reason: 'wrong_issuer' },
    ],
  });

  const okta = 'https://acme.okta.com/oauth2/default';
  itRuns({
    page: 'okta',
    serves: { [at(okta)]: { issuer: okta, jwks_uri: `${okta}/v1/keys` }, [`${okta}/v1/keys`]: 'keys' },
    header: { typ: undefined },
    alsoAccepted: [
      {
        what: 'a client without a user',
        claims: { sub: '0oaosna3ilNxgPTmk0h7', uid: undefined, groups: undefined, scp: ['read_order'] },
        principal: { username: '0oaosna3ilNxgPTmk0h7', roles: [], scopes: ['read_order'] },
      },
    ],
    refused: [
      { what: 'an ID token', claims: { aud: '0oaosna3ilNxgPTmk0h7' }, reason: 'wrong_audience' },
      {
        what: 'a token of the org authorization server',
        claims: { iss: 'https://acme.okta.com', aud: 'https://acme.okta.com' },
        reason: 'wrong_issuer',
      },
    ],
  });

  const pool = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCd12345';
  itRuns({
    page: 'cognito',
    serves: { [at(pool)]: { issuer: pool, jwks_uri: `${pool}/.well-known/jwks.json` }, [`${pool}/.well-known/jwks.json`]: 'keys' },
    header: { typ: undefined },
    alsoAccepted: [
      {
        what: 'a client without a user',
        claims: {
          sub: '2example23456789',
          client_id: '2example23456789',
          username: undefined,
          'cognito:groups': undefined,
          scope: 'orders/read',
        },
        principal: { username: '2example23456789', clientId: '2example23456789', roles: [], scopes: ['orders/read'] },
      },
    ],
    refused: [
      {
        what: 'an ID token',
        claims: { token_use: 'id', aud: '1example23456789', client_id: undefined, 'cognito:username': 'alice' },
        reason: 'wrong_claim',
      },
      { what: 'a token of another app client', claims: { client_id: '3example23456789' }, reason: 'wrong_claim' },
      {
        what: 'a token of another pool',
        claims: { iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_ZzZz99999' },
        reason: 'wrong_issuer',
      },
    ],
  });

  const google = 'https://accounts.google.com';
  itRuns({
    page: 'google',
    serves: {
      [at(google)]: { issuer: google, jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs' },
      'https://www.googleapis.com/oauth2/v3/certs': 'keys',
    },
    refused: [
      { what: 'a private account', claims: { hd: undefined, email: 'somebody@gmail.com' }, reason: 'wrong_claim' },
      { what: 'another Workspace', claims: { hd: 'evil.example' }, reason: 'wrong_claim' },
      { what: 'a token for another page', claims: { aud: '1.apps.googleusercontent.com' }, reason: 'wrong_audience' },
    ],
  });

  const firebase = 'https://securetoken.google.com/acme-shop';
  const firebaseKeys = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';
  itRuns({
    page: 'firebase',
    serves: { [at(firebase)]: { issuer: firebase, jwks_uri: firebaseKeys }, [firebaseKeys]: 'keys' },
    refused: [
      { what: 'an anonymous user', claims: { firebase: { identities: {}, sign_in_provider: 'anonymous' } }, reason: 'wrong_claim' },
      { what: 'a token for another project', claims: { aud: 'other' }, reason: 'wrong_audience' },
      { what: 'a session cookie', claims: { iss: 'https://session.firebase.google.com/acme-shop' }, reason: 'wrong_issuer' },
    ],
  });

  const supabase = 'https://project-ref.supabase.co/auth/v1';
  itRuns({
    page: 'supabase',
    alg: 'ES256',
    serves: { [`${supabase}/.well-known/jwks.json`]: 'keys' },
    refused: [
      { what: 'an anonymous user', claims: { is_anonymous: true }, reason: 'wrong_claim' },
      { what: 'the key of the API', claims: { role: 'anon', iss: 'supabase', sub: undefined, aud: undefined }, reason: 'wrong_issuer' },
      { what: 'the role of the service', claims: { role: 'service_role' }, reason: 'wrong_claim' },
      { what: 'a token of another project', claims: { iss: 'https://other.supabase.co/auth/v1' }, reason: 'wrong_issuer' },
    ],
  });

  const logto = 'https://tenant-id.logto.app/oidc';
  itRuns({
    page: 'logto',
    alg: 'ES384',
    header: { typ: 'at+jwt' },
    serves: { [at(logto)]: { issuer: logto, jwks_uri: `${logto}/jwks` }, [`${logto}/jwks`]: 'keys' },
    refused: [
      { what: 'an ID token', claims: { aud: 's6BhdRkqt3', at_hash: 'x' }, header: { typ: 'JWT' }, reason: 'wrong_audience' },
      { what: 'a token for another resource', claims: { aud: 'https://tenant-id.logto.app/api' }, reason: 'wrong_audience' },
    ],
  });

  const clerk = 'https://clerk.example.com';
  itRuns({
    page: 'clerk',
    serves: { [`${clerk}/.well-known/jwks.json`]: 'keys' },
    refused: [
      { what: 'a token of another page', claims: { azp: 'https://evil.example.com' }, reason: 'wrong_claim' },
      { what: 'a token without azp', claims: { azp: undefined }, reason: 'wrong_claim' },
      { what: 'a token of a template', claims: { sid: undefined }, reason: 'wrong_claim' },
      { what: 'a token of the development instance', claims: { iss: 'https://shop.clerk.accounts.dev' }, reason: 'wrong_issuer' },
    ],
  });
});
