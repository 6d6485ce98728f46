import { itRuns } from '../../support/provider-recipes/promises.js';

const at = (issuer: string) => `${issuer}/.well-known/openid-configuration`;

describe('providers that teams run themselves', () => {
  const realm = 'https://sso.example.com/realms/acme';
  itRuns({
    page: 'keycloak',
    serves: {
      [at(realm)]: { issuer: realm, jwks_uri: `${realm}/protocol/openid-connect/certs` },
      [`${realm}/protocol/openid-connect/certs`]: 'keys',
    },
    alsoAccepted: [
      {
        what: 'a service account without roles',
        claims: { resource_access: undefined, realm_access: undefined, preferred_username: 'service-account-shop', scope: 'profile email' },
        principal: { roles: [], scopes: ['profile', 'email'] },
      },
    ],
    refused: [
      { what: 'a token without the audience mapper', claims: { aud: 'account' }, reason: 'wrong_audience' },
      { what: 'a token without aud', claims: { aud: undefined }, reason: 'wrong_audience' },
      { what: 'an ID token of the front end', claims: { typ: 'ID', aud: 'shop' }, reason: 'wrong_audience' },
      { what: 'an ID token of the client that is the API', claims: { typ: 'ID', aud: 'orders', azp: 'orders' }, reason: 'wrong_claim' },
      { what: 'a token of another realm', claims: { iss: 'https://sso.example.com/realms/master' }, reason: 'wrong_issuer' },
      { what: 'an issuer with a slash', claims: { iss: `${realm}/` }, reason: 'wrong_issuer' },
    ],
  });

  const fs = 'https://fs.example.com/adfs';
  itRuns({
    page: 'adfs',
    serves: { [`${fs}/discovery/keys`]: 'keys' },
    header: { typ: 'JWT', x5t: 'lxiNqR7Muv6dbY7WAgq-m1BE09w' },
    alsoAccepted: [{ what: 'one group as a string', claims: { group: 'Order Clerks' }, principal: { roles: ['Order Clerks'] } }],
    refused: [
      { what: 'an ID token', claims: { iss: fs, aud: '7c12c80b-9fb5-4dec-abba-e43254ba4279' }, reason: 'wrong_issuer' },
      { what: 'a token for another Web API', claims: { aud: 'microsoft:identityserver:stock' }, reason: 'wrong_audience' },
      { what: 'the identifier without its prefix', claims: { aud: 'orders' }, reason: 'wrong_audience' },
      { what: 'a token without the rule for upn', claims: { upn: undefined }, reason: 'malformed_subject' },
    ],
  });

  const zitadel = 'https://acme-1a2b3c.zitadel.cloud';
  itRuns({
    page: 'zitadel',
    serves: { [at(zitadel)]: { issuer: zitadel, jwks_uri: `${zitadel}/oauth/v2/keys` }, [`${zitadel}/oauth/v2/keys`]: 'keys' },
    alsoAccepted: [
      {
        what: 'a user without roles in the project',
        claims: {
          'urn:zitadel:iam:org:project:257713952794870157:roles': undefined,
          'urn:zitadel:iam:org:project:1:roles': { admin: { '2': 'other.example' } },
        },
        principal: { roles: [] },
      },
    ],
    refused: [
      { what: 'an ID token', claims: { jti: undefined, amr: ['pwd'], auth_time: 1_767_225_600 }, reason: 'wrong_claim' },
      { what: 'a token without the project', claims: { aud: ['257713952794935693@orders'] }, reason: 'wrong_audience' },
      { what: 'a token of another instance', claims: { iss: 'https://other.zitadel.cloud' }, reason: 'wrong_issuer' },
    ],
  });

  const is = 'https://is.example.com:9443/oauth2';
  itRuns({
    page: 'wso2-identity-server',
    serves: { [at(`${is}/token`)]: { issuer: `${is}/token`, jwks_uri: `${is}/jwks` }, [`${is}/jwks`]: 'keys' },
    header: { typ: 'at+jwt', x5t: 'ZjcwNmI2ZDJmNWQ0M2I5YzZiYzJmZmM4YjMwMDFlOTA4MGE3MmYyYw' },
    alsoAccepted: [
      {
        what: 'a client without a user',
        claims: { aut: 'APPLICATION', sub: 'jVcW4oLn1Jjb2T94H4gtPV9z5Y0a', roles: undefined },
        principal: { username: 'jVcW4oLn1Jjb2T94H4gtPV9z5Y0a', roles: [] },
      },
      { what: 'roles and groups', claims: { groups: ['staff', 'clerk'] }, principal: { roles: ['clerk', 'staff'] } },
    ],
    refused: [
      {
        what: 'an ID token',
        claims: { aut: undefined, at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q' },
        header: { typ: undefined },
        reason: 'wrong_claim',
      },
      { what: 'a token of another client', claims: { aud: 'another', client_id: 'another', azp: 'another' }, reason: 'wrong_audience' },
      { what: 'a token of a tenant', claims: { iss: 'https://is.example.com:9443/t/acme/oauth2/token' }, reason: 'wrong_issuer' },
    ],
  });
});
