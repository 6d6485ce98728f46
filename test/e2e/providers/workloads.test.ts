import { itRuns } from '../../support/provider-recipes/promises.js';

describe('providers of programs', () => {
  const github = 'https://token.actions.githubusercontent.com';
  itRuns({
    page: 'github-actions',
    serves: {
      [`${github}/.well-known/openid-configuration`]: { issuer: github, jwks_uri: `${github}/.well-known/jwks` },
      [`${github}/.well-known/jwks`]: 'keys',
    },
    header: { typ: 'JWT', x5t: 'eBZ_cn3sXYAd0ch4THBKHIgOwOE' },
    refused: [
      {
        what: 'a workflow of somebody else that asks for the same audience',
        claims: { repository_owner_id: '666', repository_id: '74', repository: 'evil/octo-repo' },
        reason: 'wrong_claim',
      },
      { what: 'an owner as a number', claims: { repository_owner_id: 65 }, reason: 'wrong_claim' },
      { what: 'the default audience', claims: { aud: 'https://github.com/octo-org' }, reason: 'wrong_audience' },
      { what: 'another repository of the organization', claims: { repository_id: '75' }, status: 403, reason: 'insufficient_claim' },
      { what: 'a pull request', claims: { ref: 'refs/pull/1/merge' }, status: 403, reason: 'insufficient_claim' },
    ],
  });

  const cluster = 'https://kubernetes.default.svc.cluster.local';
  itRuns({
    page: 'kubernetes',
    serves: {
      'https://kubernetes.default.svc/.well-known/openid-configuration': {
        issuer: cluster,
        jwks_uri: 'https://172.18.0.2:6443/openid/v1/jwks',
      },
      'https://172.18.0.2:6443/openid/v1/jwks': 'keys',
    },
    header: { typ: undefined },
    authorization: 'Bearer token-of-the-pod',
    files: { '/var/run/secrets/kubernetes.io/serviceaccount': ({ ca }) => ({ 'ca.crt': ca, token: 'token-of-the-pod\n' }) },
    refused: [
      { what: 'the token for the API server', claims: { aud: [cluster] }, reason: 'wrong_audience' },
      { what: 'a pod of another namespace', claims: { 'kubernetes.io': { namespace: 'default' } }, reason: 'wrong_claim' },
      { what: 'a token of another cluster', claims: { iss: 'https://kubernetes.default.svc' }, reason: 'wrong_issuer' },
      {
        what: 'a token of a secret, without end',
        claims: { iss: 'kubernetes/serviceaccount', aud: undefined, exp: undefined },
        reason: 'missing_expiry',
      },
    ],
  });

  const xsuaa = 'https://acme.authentication.eu10.hana.ondemand.com';
  itRuns({
    page: 'sap-xsuaa',
    serves: {
      [`${xsuaa}/oauth/token/.well-known/openid-configuration`]: { issuer: `${xsuaa}/oauth/token`, jwks_uri: `${xsuaa}/token_keys` },
      [`${xsuaa}/token_keys`]: 'keys',
    },
    header: {
      typ: 'JWT',
      jku: 'https://evil.authentication.eu10.hana.ondemand.com/token_keys',
      jid: 'qeYTakxq0QiKAyaMxp0BRVZatxa7AptaH2fSJhJ8',
    },
    alsoAccepted: [
      {
        what: 'a service without a user',
        claims: {
          sub: 'sb-orders!t123',
          user_name: undefined,
          scope: ['uaa.resource', 'orders!t1234.Display'],
          'xs.system.attributes': undefined,
          grant_type: 'client_credentials',
        },
        principal: { username: 'sb-orders!t123', scopes: [], roles: [] },
      },
    ],
    refused: [
      { what: 'a token of another application', claims: { aud: ['stock!t9', 'sb-stock!t9'] }, reason: 'wrong_audience' },
      {
        what: 'a token of another tenant',
        claims: { iss: 'https://other.authentication.eu10.hana.ondemand.com/oauth/token' },
        reason: 'wrong_issuer',
      },
    ],
  });

  const ias = 'https://acme.accounts.ondemand.com';
  itRuns({
    page: 'sap-ias',
    serves: {
      [`${ias}/.well-known/openid-configuration`]: { issuer: ias, jwks_uri: `${ias}/oauth2/certs` },
      [`${ias}/oauth2/certs`]: 'keys',
    },
    refused: [
      { what: 'a token of another tenant', claims: { app_tid: '1707e414-fc37-4805-82fa-7b89d51b8e6b' }, reason: 'wrong_claim' },
      { what: 'a token of another application', claims: { aud: '19e0fef0-9356-40e8-acb3-99346fc6abe4' }, reason: 'wrong_audience' },
      {
        what: 'a token that is bound to a certificate',
        claims: { cnf: { 'x5t#S256': 'UHBKahftM5a85fsxFJMkkOKBE5RpmVr0oP_NmsFyrms' } },
        reason: 'certificate_mismatch',
      },
    ],
  });
});
