import { DiscoveredEndpoint } from '../../../../lib/oauth/discovered-endpoint.js';
import { readMetadata } from '../../../../lib/oauth/metadata.js';
import type { IssuerConfig } from '../../../../lib/strategies/jwt/issuer.config.js';
import { compileIssuers } from '../../../../lib/strategies/jwt/issuer.js';
import { FakeClock } from '../../../support/fake-clock.js';

interface Provider {
  readonly name: string;
  /** The `issuer` as a user configures it. */
  readonly issuer: IssuerConfig;
  /** Where the document is. */
  readonly at: string;
  readonly document: { readonly issuer: string; readonly jwks_uri: string };
  /** `discoveryConfig.url`, where it is needed. */
  readonly url?: string;
}

const KUBERNETES = 'https://kubernetes.default.svc.cluster.local';
const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47';

/** What the most used providers publish: issuer and key set, each in its own way. */
const PROVIDERS: readonly Provider[] = [
  {
    name: 'Keycloak',
    issuer: 'https://id.example.com/realms/acme',
    at: 'https://id.example.com/realms/acme/.well-known/openid-configuration',
    document: {
      issuer: 'https://id.example.com/realms/acme',
      jwks_uri: 'https://id.example.com/realms/acme/protocol/openid-connect/certs',
    },
  },
  {
    name: 'Auth0, with a slash at the end',
    issuer: 'https://acme.eu.auth0.com/',
    at: 'https://acme.eu.auth0.com/.well-known/openid-configuration',
    document: { issuer: 'https://acme.eu.auth0.com/', jwks_uri: 'https://acme.eu.auth0.com/.well-known/jwks.json' },
  },
  {
    name: 'Okta, a custom authorization server',
    issuer: 'https://acme.okta.com/oauth2/default',
    at: 'https://acme.okta.com/oauth2/default/.well-known/openid-configuration',
    document: { issuer: 'https://acme.okta.com/oauth2/default', jwks_uri: 'https://acme.okta.com/oauth2/default/v1/keys' },
  },
  {
    name: 'Entra ID, one tenant',
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    at: `https://login.microsoftonline.com/${TENANT}/v2.0/.well-known/openid-configuration`,
    document: {
      issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      jwks_uri: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
    },
  },
  {
    name: 'Entra ID, every tenant, with a placeholder of another name',
    issuer: { template: 'https://login.microsoftonline.com/{tid}/v2.0', allowed: '*' },
    url: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
    at: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
    document: {
      issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
      jwks_uri: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
    },
  },
  {
    name: 'Cognito',
    issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc123',
    at: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc123/.well-known/openid-configuration',
    document: {
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc123',
      jwks_uri: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc123/.well-known/jwks.json',
    },
  },
  {
    name: 'Google, with keys at another host',
    issuer: 'https://accounts.google.com',
    at: 'https://accounts.google.com/.well-known/openid-configuration',
    document: { issuer: 'https://accounts.google.com', jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs' },
  },
  {
    name: 'Firebase',
    issuer: 'https://securetoken.google.com/my-project',
    at: 'https://securetoken.google.com/my-project/.well-known/openid-configuration',
    document: {
      issuer: 'https://securetoken.google.com/my-project',
      jwks_uri: 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    },
  },
  {
    name: 'Zitadel',
    issuer: 'https://acme.zitadel.cloud',
    at: 'https://acme.zitadel.cloud/.well-known/openid-configuration',
    document: { issuer: 'https://acme.zitadel.cloud', jwks_uri: 'https://acme.zitadel.cloud/oauth/v2/keys' },
  },
  {
    name: 'GitHub Actions',
    issuer: 'https://token.actions.githubusercontent.com',
    at: 'https://token.actions.githubusercontent.com/.well-known/openid-configuration',
    document: {
      issuer: 'https://token.actions.githubusercontent.com',
      jwks_uri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
    },
  },
  {
    name: 'the Kubernetes API server, with keys at its address',
    issuer: KUBERNETES,
    url: 'https://kubernetes.default.svc/.well-known/openid-configuration',
    at: 'https://kubernetes.default.svc/.well-known/openid-configuration',
    document: { issuer: KUBERNETES, jwks_uri: 'https://172.18.0.2:6443/openid/v1/jwks' },
  },
  {
    name: 'a server that knows RFC 8414 only',
    issuer: 'https://as.example.com/tenant/',
    at: 'https://as.example.com/.well-known/oauth-authorization-server/tenant',
    document: { issuer: 'https://as.example.com/tenant/', jwks_uri: 'https://as.example.com/tenant/jwks' },
  },
];

/** A network where one URL answers, and everything else is 404. */
function network(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const request = async (url: URL) => {
    asked.push(url.href);
    const body = answers[url.href];
    return { status: body === undefined ? 404 : 200, headers: {}, body: Buffer.from(JSON.stringify(body ?? {})) };
  };
  return { asked, client: { request } };
}

function endpointOf({ issuer, url }: Provider, client: ReturnType<typeof network>['client']) {
  const issuers = compileIssuers(issuer);
  const name = issuers?.names?.[0];
  return new DiscoveredEndpoint({
    member: 'jwks_uri',
    issuer: name ?? issuers?.description ?? '',
    url: url === undefined ? undefined : new URL(url),
    isIssuer: (stated) => issuers?.describes(stated, name) === true,
    client,
    clock: new FakeClock(),
    warn: () => {},
  });
}

describe('the document of', () => {
  it.each(PROVIDERS)('$name leads to its keys', async (provider) => {
    const { asked, client } = network({ [provider.at]: provider.document });
    const url = await endpointOf(provider, client).current();
    expect(url.href).toBe(provider.document.jwks_uri);
    expect(asked.at(-1)).toBe(provider.at);
  });

  it.each(PROVIDERS)('$name is refused where it is about another issuer', async (provider) => {
    const stated = provider.document.issuer;
    const others = [`${stated}/`, `${stated}#`, stated.replace('https:', 'http:'), stated.toUpperCase(), 'https://evil.example'];
    for (const issuer of others) {
      const { client } = network({ [provider.at]: { ...provider.document, issuer } });
      await expect(endpointOf(provider, client).current()).rejects.toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE' });
    }
  });

  it('an https: issuer never leads to keys over http:, on this machine neither', async () => {
    const issuer = 'https://id.example.com';
    for (const jwks_uri of ['http://id.example.com/keys', 'http://localhost/keys']) {
      const { client } = network({ [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri } });
      const provider = { name: '', issuer, at: '', document: { issuer, jwks_uri } };
      await expect(endpointOf(provider, client).current()).rejects.toThrow(/http:/);
    }
  });

  it('an issuer is read in its own words, whatever objects inherit', async () => {
    const issuer = 'https://id.example.com';
    const { client } = network({ [`${issuer}/.well-known/openid-configuration`]: { issuer } });
    expect(Object.keys((await readMetadata({ client, issuer })).members)).toEqual(['issuer']);
  });
});

describe('a discovered endpoint', () => {
  const issuer = 'https://id.example.com';
  const at = `${issuer}/.well-known/openid-configuration`;

  function open() {
    const clock = new FakeClock();
    const lines: string[] = [];
    const answers: Record<string, unknown> = { [at]: { issuer, token_endpoint: `${issuer}/token` } };
    const { asked, client } = network(answers);
    const endpoint = new DiscoveredEndpoint({ member: 'token_endpoint', issuer, client, clock, warn: (line) => void lines.push(line) });
    return { clock, lines, answers, asked, endpoint };
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('is found in one flight, and then without a promise', async () => {
    const { endpoint, asked } = open();
    await Promise.all([endpoint.locate(), endpoint.locate(), endpoint.current()]);
    expect(asked).toEqual([at]);
    expect(String(endpoint.locate())).toBe(`${issuer}/token`);
  });

  it('that cannot be used is refused in one line, without the help for a configuration', async () => {
    const { endpoint, answers } = open();
    answers[at] = { issuer, token_endpoint: 'ftp://id.example.com/token' };
    await expect(endpoint.current()).rejects.toThrow(/^the token_endpoint in .* cannot be used: it must be an absolute URL .*$/);
  });

  it('is looked for again in the background, and the new one serves from then on', async () => {
    const { endpoint, clock, answers } = open();
    await endpoint.locate();
    answers[at] = { issuer, token_endpoint: `${issuer}/next` };
    clock.passes(600);
    expect(String(endpoint.locate())).toBe(`${issuer}/token`);
    await settled();
    expect(String(endpoint.locate())).toBe(`${issuer}/next`);
  });

  it('stays in use for an hour while the document cannot be read, which is tried each half minute and reported once', async () => {
    const { endpoint, clock, answers, asked, lines } = open();
    await endpoint.locate();
    delete answers[at];
    clock.passes(600);
    for (let second = 0; second < 60; second++) {
      expect(String(await endpoint.current())).toBe(`${issuer}/token`);
      clock.passes(1);
    }
    expect(asked.filter((url) => url === at)).toHaveLength(3);
    expect(lines).toEqual([expect.stringContaining('The known token_endpoint stays in use')]);
    clock.passes(3600);
    await expect(endpoint.locate()).rejects.toMatchObject({ code: 'ERR_AUTH_UNAVAILABLE' });
  });

  it('that does not answer is looked for again at most each half minute', async () => {
    const { endpoint, clock, asked } = open();
    await endpoint.locate();
    for (let second = 0; second < 60; second++) {
      endpoint.doubt();
      await endpoint.current();
      clock.passes(1);
    }
    expect(asked).toHaveLength(2);
  });
});
