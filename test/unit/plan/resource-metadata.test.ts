import type { Authenticator } from 'nest-service-auth';
import { Authenticators } from '../../../lib/plan/authenticators.js';
import { PlanCompiler } from '../../../lib/plan/compile.js';
import type { Plan } from '../../../lib/plan/plan.js';
import { PlanRegistry } from '../../../lib/plan/plan.registry.js';
import { describeResource } from '../../../lib/plan/resource-metadata.js';
import type { ResourceConfig } from '../../../lib/resource.config.js';
import { AnyStrategy, compilerFor, routeOf } from './compiling.js';

class Orders {
  list() {}
}
const url = 'https://api.example.com';
const issuers = ['https://sts.test'];
const authorization = { kind: 'authorization', scheme: 'Bearer' };

/** An authenticator with these properties. */
const authenticator = (more: object): Authenticator => ({ challenges: [], authenticate: () => ({ outcome: 'absent' }), ...more }) as never;
const tokens = (accessTokens: object = {}, credentials: readonly object[] = [authorization]) =>
  authenticator({ accessTokens: { issuers, ...accessTokens }, credentials });

function registryOf(plans: readonly Plan[], ofRules?: readonly Plan[]): PlanRegistry {
  const registry = new PlanRegistry();
  for (const plan of plans) registry.add({ handler: routeOf(Orders, 'list', 'GET', '/orders'), plan });
  registry.paths = ofRules && ({ all: ofRules } as never);
  return registry;
}
const described = (config: Partial<ResourceConfig>, authenticators: readonly Authenticator[], plans: readonly Plan[] = []) =>
  describeResource({ url, ...config }, registryOf(plans), authenticators);

describe('the metadata of a protected resource', () => {
  const bare = { resource: url, authorization_servers: issuers, bearer_methods_supported: ['header'] };
  const dpop = (isRequired: boolean, ...algorithms: string[]) => ({ dpop: { isRequired, algorithms } });

  it.each<[string, Authenticator[], object]>([
    ['one kind of token', [tokens()], {}],
    ['bound to a certificate, always', [tokens({ isCertificateBound: true })], { tls_client_certificate_bound_access_tokens: true }],
    ['bound to a certificate, of one scheme of two', [tokens({ isCertificateBound: true }), tokens()], {}],
    ['not bound to a certificate', [tokens({ isCertificateBound: false })], {}],
    [
      'with proofs, always',
      [tokens(dpop(true, 'ES256')), tokens(dpop(true, 'PS256', 'ES256'))],
      { dpop_signing_alg_values_supported: ['ES256', 'PS256'], dpop_bound_access_tokens_required: true },
    ],
    [
      'with proofs, of one scheme always',
      [tokens(dpop(true, 'ES256')), tokens(dpop(false, 'ES256'))],
      { dpop_signing_alg_values_supported: ['ES256'] },
    ],
    ['with proofs, of one scheme of two', [tokens(dpop(true, 'ES256')), tokens()], { dpop_signing_alg_values_supported: ['ES256'] }],
    ['in a cookie', [tokens({}, [{ kind: 'cookie', name: 'token' }])], { bearer_methods_supported: [] }],
    ['in a cookie or the header', [tokens({}, [{ kind: 'cookie', name: 'token' }, authorization])], {}],
    ['beside passwords', [authenticator({ credentials: [authorization] }), tokens({}, [])], { bearer_methods_supported: [] }],
    [
      'of two issuers, one of them twice',
      [tokens(), tokens({ issuers: ['http://b.test', ...issuers] })],
      { authorization_servers: [...issuers, 'http://b.test'] },
    ],
    ['in the header, beside passwords', [authenticator({ credentials: [authorization] }), tokens()], {}],
    [
      'bound to a certificate and a proof, beside passwords',
      [authenticator({}), tokens({ ...dpop(true, 'ES256'), isCertificateBound: true })],
      {
        dpop_signing_alg_values_supported: ['ES256'],
        dpop_bound_access_tokens_required: true,
        tls_client_certificate_bound_access_tokens: true,
      },
    ],
    ['of an issuer without a URL beside', [tokens({ issuers: ['wso2', 'see https://sts.test', ...issuers] })], {}],
  ])('describe access tokens: %s', (_, authenticators, more) => {
    expect(described({}, authenticators)).toEqual({ ...bare, ...more });
  });

  it('are a mistake where no issuer is a URL, unless the option names the authorization servers', () => {
    const passwords = authenticator({ credentials: [authorization] });
    expect(() => described({}, [passwords])).toThrow(
      'AuthModule options.resource.authorizationServers: is required, because no scheme has an issuer that is a URL',
    );
    expect(described({ authorizationServers: issuers }, [passwords])).toEqual({ ...bare, bearer_methods_supported: [] });
  });

  it('have the name and the page of the option', () => {
    const config = { name: 'Orders', documentation: 'https://docs.example.com' };
    expect(described(config, [tokens()])).toEqual({
      ...bare,
      resource_name: 'Orders',
      resource_documentation: 'https://docs.example.com',
    });
  });

  it('name the scopes that plans require, those of rules and of combined schemes too, in order and once', async () => {
    const compiler = compilerFor();
    const plans: Plan[] = [
      { kind: 'open', source: 'service' },
      { kind: 'by-path' },
      await compiler.compile([{ scheme: 'sts', scopes: ['write', 'read'], roles: 'chief' }, 'users'], 'service'),
      await compiler.compile([{ allOf: [{ scheme: 'sts', scopes: 'inner' }, 'users'], scopes: 'outer' }], 'service'),
    ];
    const ofRules = await compiler.compile([{ scheme: 'sts', scopes: ['by-rule', 'read'] }], 'rule 0');
    const scopesOf = (config: Partial<ResourceConfig>, registry = registryOf(plans, [ofRules])) =>
      describeResource({ url, ...config }, registry, [tokens()]).scopes_supported;
    expect(scopesOf({})).toEqual(['by-rule', 'inner', 'outer', 'read', 'write']);
    expect(scopesOf({}, registryOf(plans))).toEqual(['inner', 'outer', 'read', 'write']);
    expect(scopesOf({ scopes: ['other'] })).toEqual(['other']);
    for (const scopes of [false, []] as const) expect(scopesOf({ scopes })).toBeUndefined();
    expect(scopesOf({}, registryOf([]))).toBeUndefined();
  });
});

describe('the challenges of a protected resource', () => {
  const metadataUrl = `${url}/.well-known/oauth-protected-resource`;
  const schemes = {
    sts: { tokenConfig: { challenges: [{ scheme: 'Bearer' }] } },
    proofs: { tokenConfig: { challenges: [{ scheme: 'DPoP' }] } },
    both: { tokenConfig: { challenges: [{ scheme: 'bearer' }, { scheme: 'DPoP' }] } },
    users: { usersConfig: { challenges: [{ scheme: 'Basic' }] } },
    odd: { usersConfig: { challenges: [{ scheme: 'XBearer' }, { scheme: 'BearerX' }] } },
  };
  const compiler = new PlanCompiler({
    schemes,
    realm: 'api',
    metadataUrl,
    authenticators: new Authenticators([new AnyStrategy('tokenConfig'), new AnyStrategy('usersConfig')]),
    findAuthorizer: (type) => new type(),
  });

  it.each<[string, unknown[], object]>([
    ['for bearer tokens name the metadata', ['sts'], { Bearer: {} }],
    ['for others do not', ['users', 'odd'], { Basic: undefined, XBearer: undefined, BearerX: undefined }],
    ['name the scopes beside other requirements', [{ scheme: 'sts', acr: 'mfa', roles: 'chief', scopes: 'a' }], { Bearer: { scope: 'a' } }],
    ['name the scopes', [{ scheme: 'sts', scopes: ['a', 'b'] }], { Bearer: { scope: 'a b' } }],
    [
      'name the scopes of the first entry that has the challenge',
      [
        { scheme: 'users', scopes: 'u' },
        { scheme: 'both', scopes: 'b' },
        { scheme: 'sts', scopes: 's' },
        { scheme: 'proofs', scopes: 'p' },
      ],
      { Basic: undefined, bearer: { scope: 'b' }, DPoP: { scope: 'b' } },
    ],
    [
      'name the scopes of combined entries once',
      [{ allOf: ['users', { scheme: 'proofs', scopes: ['b', 'c'] }], scopes: ['a', 'b'] }],
      { Basic: undefined, DPoP: { scope: 'a b c' } },
    ],
  ])('%s', async (_, entries, expected) => {
    const { challenges } = await compiler.compile(entries, 'service');
    const ofResource = challenges.map(({ scheme, params: { realm, resource_metadata, ...rest } = {} }) => {
      expect(realm).toBe('api');
      if (resource_metadata !== undefined) expect(resource_metadata).toBe(metadataUrl);
      return [scheme, resource_metadata === undefined ? undefined : rest];
    });
    expect(Object.fromEntries(ofResource)).toEqual(expected);
  });

  it('say nothing of metadata where there are none', async () => {
    const { challenges } = await compilerFor(schemes).compile(['sts'], 'service');
    expect(challenges).toStrictEqual([{ scheme: 'Bearer', params: { realm: 'api' } }]);
  });
});
