import { Controller, Get, Post, VersioningType } from '@nestjs/common';
import { type AuthModuleOptions, AuthService, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import * as oauth from 'oauth4webapi';
import request from 'supertest';
import { ADAPTERS, type AdapterName, type StartOptions } from '../support/adapters.js';
import { appModule, bootError, withApp } from '../support/app.js';
import { type AuthorizationServer, CLIENT_SECRET, startAuthorizationServer } from '../support/authorization-server.js';
import { createKey, goodClaims, mint } from '../support/tokens.js';

const RESOURCE = 'https://api.example.com/mcp';
const PATH = '/.well-known/oauth-protected-resource/mcp';
const METADATA = `https://api.example.com${PATH}`;
const key = createKey('ES256');
const sts = { jwtValidatorConfig: { issuer: 'https://sts.test', signatureConfig: { publicKey: key.pem } } };

@ServiceAuth({ auth: [{ scheme: 'sts', scopes: 'read' }] })
@Controller('mcp')
class McpController {
  @Get() read() {
    return 'read';
  }
  @ResourceAuth({ auth: { scopes: { all: ['write', 'admin'] } } }) @Post() write() {
    return 'written';
  }
  @ResourceAuth({ auth: { roles: 'chief' } }) @Get('roles') roles() {
    return 'chief';
  }
}

const moduleWith = (auth: AuthModuleOptions = {}) =>
  appModule({ auth: { schemes: { sts }, resource: { url: RESOURCE }, ...auth }, controllers: [McpController] });
const token = (claims: object = {}) => mint(key, goodClaims({ aud: RESOURCE, scope: 'read', ...claims }));

/** Lets a client believe that the application is at its public URL. */
function fetchThrough(url: string): typeof fetch {
  return (input, init) => {
    const { pathname } = new URL(String(input));
    return fetch(`${url}${pathname}`, init);
  };
}

describe.each(ADAPTERS)('the metadata of a protected resource on %s', (adapter) => {
  const behind: StartOptions = {
    configure: (app) => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      app.enableCors({ origin: 'https://app.example.com', credentials: true });
    },
  };

  it('are what a foreign client finds, outside the global prefix and the versions', () =>
    withApp(
      adapter,
      moduleWith(),
      async ({ url }) => {
        const resource = new URL(RESOURCE);
        const response = await oauth.resourceDiscoveryRequest(resource, { [oauth.customFetch]: fetchThrough(url) as never });
        expect(await oauth.processResourceDiscoveryResponse(resource, response)).toEqual({
          resource: RESOURCE,
          authorization_servers: ['https://sts.test'],
          scopes_supported: ['admin', 'read', 'write'],
          bearer_methods_supported: ['header'],
        });
      },
      behind,
    ));

  it('may be read by every site, whatever CORS the application has', () =>
    withApp(
      adapter,
      moduleWith(),
      async ({ url }) => {
        const origin = 'https://inspector.example';
        const got = await request(url).get(PATH).set('origin', origin);
        expect([got.status, got.headers['access-control-allow-origin']]).toEqual([200, '*']);
        expect(got.headers['access-control-allow-credentials']).toBeUndefined();
        expect(got.headers['content-type']).toMatch(/^application\/json/);
        const head = await request(url).head(PATH);
        expect([head.status, head.text, head.headers['content-length']]).toEqual([200, undefined, got.headers['content-length']]);
        await request(url).post(PATH).expect(404);
        await request(url).get(`${PATH}/more`).expect(404);
        await request(url).get('/.well-known/oauth-protected-resource').expect(404);
      },
      behind,
    ));

  it('answer a preflight for any header field, whatever CORS the application has', () =>
    withApp(
      adapter,
      moduleWith(),
      async ({ url }) => {
        const preflight = (path: string) =>
          request(url).options(path).set({
            origin: 'https://inspector.example',
            'access-control-request-method': 'GET',
            'access-control-request-headers': 'mcp-protocol-version',
          });
        const { status, headers } = await preflight(PATH);
        expect([status, headers['access-control-allow-origin'], headers['access-control-allow-headers']]).toEqual([204, '*', '*']);
        expect(headers['access-control-allow-credentials']).toBeUndefined();
        const others = await preflight('/api/v1/mcp');
        expect(others.headers['access-control-allow-origin']).toBe('https://app.example.com');
      },
      behind,
    ));

  it('open nothing else, and are an open row of the policy', () =>
    withApp(adapter, moduleWith({ resourceAccessControl: { defaultAccess: 'deny', rules: [] } }), async ({ app, url }) => {
      await request(url).get(PATH).expect(200);
      await request(url).get('/mcp').expect(401);
      const rows = app.get(AuthService).policy();
      expect(rows.filter(({ access }) => access === 'open')).toEqual([
        { method: 'GET', path: PATH, handler: 'AuthModule.resource', access: 'open', source: 'resource metadata', waysIn: [] },
      ]);
    }));

  it('are named by every challenge, with the scopes that the handler needs', () =>
    withApp(adapter, moduleWith(), async ({ url }) => {
      const challengeOf = async (method: 'get' | 'post', path: string, bearer?: string) => {
        const call = request(url)[method](path);
        const { status, headers } = await (bearer === undefined ? call : call.auth(bearer, { type: 'bearer' }));
        return [status, headers['www-authenticate']];
      };
      const base = `Bearer realm="api", resource_metadata="${METADATA}"`;
      expect(await challengeOf('get', '/mcp')).toEqual([401, `${base}, scope="read"`]);
      expect(await challengeOf('post', '/mcp')).toEqual([401, `${base}, scope="write admin"`]);
      expect(await challengeOf('get', '/mcp', 'bad')).toEqual([401, `${base}, scope="read", error="invalid_token"`]);
      expect(await challengeOf('post', '/mcp', await token())).toEqual([403, `${base}, error="insufficient_scope", scope="write admin"`]);
      expect(await challengeOf('get', '/mcp/roles', await token())).toEqual([403, `${base}, error="insufficient_scope"`]);
    }));

  it('name the audience that tokens must have, unless the scheme says otherwise', async () => {
    const statusOf = async (auth: AuthModuleOptions, aud: unknown) => {
      let status = 0;
      await withApp(adapter, moduleWith(auth), async ({ url }) => {
        status = (
          await request(url)
            .get('/mcp')
            .auth(await token({ aud }), { type: 'bearer' })
        ).status;
      });
      return status;
    };
    expect(await statusOf({}, RESOURCE)).toBe(200);
    expect(await statusOf({}, ['https://other.example', RESOURCE])).toBe(200);
    expect(await statusOf({}, 'https://api.example.com')).toBe(401);
    expect(await statusOf({}, undefined)).toBe(401);
    const other = (audience: string | null) => ({ schemes: { sts: { jwtValidatorConfig: { ...sts.jwtValidatorConfig, audience } } } });
    expect(await statusOf(other('orders'), RESOURCE)).toBe(401);
    expect(await statusOf(other('orders'), 'orders')).toBe(200);
    expect(await statusOf(other(null), 'anything')).toBe(200);
    // A URL without a path has two spellings.
    const root = { resource: { url: 'https://api.example.com' } };
    expect(await statusOf(root, 'https://api.example.com/')).toBe(200);
    expect(await statusOf(root, 'https://api.example.com')).toBe(200);
  });

  it('say what the option says in place of the plans', () =>
    withApp(
      adapter,
      moduleWith({
        schemes: { sts: { jwtValidatorConfig: { ...sts.jwtValidatorConfig, issuer: 'wso2' } } },
        resource: {
          url: 'https://api.example.com/',
          authorizationServers: ['https://login.example.com'],
          scopes: false,
          name: 'Orders',
          documentation: 'https://docs.example.com',
        },
      }),
      async ({ url }) => {
        const { body } = await request(url).get('/.well-known/oauth-protected-resource').expect(200);
        expect(body).toEqual({
          resource: 'https://api.example.com/',
          authorization_servers: ['https://login.example.com'],
          bearer_methods_supported: ['header'],
          resource_name: 'Orders',
          resource_documentation: 'https://docs.example.com',
        });
      },
    ));

  it.each<[AuthModuleOptions, RegExp]>([
    [
      { schemes: { sts: { jwtValidatorConfig: { ...sts.jwtValidatorConfig, issuer: 'wso2' } } } },
      /resource\.authorizationServers: is required, because no scheme has an issuer that is a URL/,
    ],
    [{ publicUrl: 'https://other.example.com' }, /resource\.url: has another origin than publicUrl \(https:\/\/other\.example\.com\)/],
    [{ resource: { url: 'http://api.example.com' } }, /resource\.url: uses http: for another machine/],
    [{ resource: { url: 'https://api.example.com/a?b' } }, /resource\.url: must be a URL without a query/],
    [{ resource: { url: 'https://api.example.com/:id' } }, /resource\.url: must be a URL without a query/],
    [{ resource: { url: 'https://api.example.com#x' } }, /resource\.url: must not have a fragment/],
    [{ resource: { url: RESOURCE, authorizationServers: [] } }, /authorizationServers: must not be an empty list/],
    [{ resource: { url: RESOURCE, scope: [] } as never }, /resource\.scope: is not a known field\. Did you mean "scopes"/],
  ])('stop the boot for %j', async (auth, message) => {
    const stopped = await stopOf(adapter, auth);
    expect(stopped).toMatch(message);
  });
});

async function stopOf(adapter: AdapterName, auth: AuthModuleOptions): Promise<string> {
  try {
    return (await bootError(adapter, moduleWith(auth))).message;
  } catch (error) {
    // The options are checked while the application is made.
    return String(error);
  }
}

describe('the audience of introspection answers', () => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await startAuthorizationServer();
  });
  afterAll(() => server.close());

  it.each<[object, string | undefined, number]>([
    [{}, RESOURCE, 200],
    [{}, 'https://other.example', 401],
    [{}, undefined, 401],
    [{ audience: null }, undefined, 200],
    [{ audience: 'https://other.example' }, 'https://other.example', 200],
  ])('is the resource, unless the scheme says otherwise: %j with %j', async (more, aud, status) => {
    const oauth2IntrospectionConfig = {
      url: server.introspectionUrl,
      issuer: server.issuer,
      clientConfig: { auth: { method: 'client_secret_basic', clientId: 'by_basic', clientSecret: CLIENT_SECRET } },
      ...more,
    } as const;
    const module = moduleWith({ schemes: { sts: { oauth2IntrospectionConfig } } });
    const issued = await server.issue({ scope: 'read', ...(aud !== undefined && { aud }) });
    await withApp('express', module, async ({ url }) => {
      await request(url).get('/mcp').auth(issued.token, { type: 'bearer' }).expect(status);
      const { body } = await request(url).get(PATH).expect(200);
      expect(body.authorization_servers).toEqual([server.issuer]);
    });
  });
});
