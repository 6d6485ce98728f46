import { All, Controller, Get, type INestApplication, Post } from '@nestjs/common';
import { AuthEventSink, AuthService, CurrentPrincipal, type Principal, ResourceAuth, type TokenSource } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, bootError, RecordingSink } from '../support/app.js';
import { startServer, type TestServer } from '../support/https-server.js';
import { rawRequest } from '../support/raw-http.js';
import { createKey, goodClaims, mint } from '../support/tokens.js';

@Controller()
class OrdersController {
  @ResourceAuth({ auth: ['assertion'] })
  @Get('assertion')
  assertion(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
  @ResourceAuth({ auth: ['session'] })
  @Get('orders')
  list(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
  @ResourceAuth({ auth: ['session'] })
  @Post('orders')
  create(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
  @ResourceAuth({ auth: ['session'] })
  @All('anything')
  anything() {
    return 'done';
  }
  @Get('by-rule')
  listByRule() {
    return 'read';
  }
  @Post('by-rule')
  createByRule() {
    return 'written';
  }
  @ResourceAuth({ auth: ['opaque'] })
  @Post('opaque')
  opaque(@CurrentPrincipal() who: Principal) {
    return who.username;
  }
  @ResourceAuth({ auth: ['session', 'keys'] })
  @Post('either')
  either(@CurrentPrincipal() who: Principal) {
    return who.method;
  }
  @ResourceAuth({ auth: [{ allOf: ['session', 'keys'] }] })
  @Post('both')
  both() {
    return 'both';
  }
  @Get('open')
  @ResourceAuth({ auth: false })
  open() {
    return 'open';
  }
}

/** What a parser of cookies in front of the guard does to a request. */
const parsers = {
  'without a parser of cookies': undefined,
  'with a parser of cookies': (request: Record<string, unknown>, _: unknown, next: () => void) => {
    request.cookies = { '__Host-token': 'another' };
    request.signedCookies = {};
    next();
  },
};

const SITE = 'https://shop.example';
const cookie = (value: string) => ({ cookie: `theme=dark; __Host-token=${value}` });
const sameOrigin = { 'sec-fetch-site': 'same-origin' };

describe.each(ADAPTERS.flatMap((adapter) => Object.keys(parsers).map((parser) => [adapter, parser as keyof typeof parsers] as const)))(
  'where a token is, on %s %s',
  (adapter, parser) => {
    const key = createKey('ES256');
    const tokenFrom: TokenSource[] = [{ header: 'authorization' }, { cookie: '__Host-token' }];
    let idp: TestServer;
    let asked: string[];
    let app: INestApplication;
    let url: string;
    let token: string;
    let events: RecordingSink['events'];

    beforeAll(async () => {
      asked = [];
      idp = await startServer((request, response) => {
        let body = '';
        request.on('data', (part) => {
          body += part;
        });
        request.on('end', () => {
          asked.push(new URLSearchParams(body).get('token') ?? '');
          response.setHeader('content-type', 'application/json').end(JSON.stringify({ active: true, sub: 'opal', exp: 9e9 }));
        });
      });
      const signatureConfig = { jwks: { keys: [key.jwk] } };
      const auth = {
        schemes: {
          assertion: { jwtValidatorConfig: { signatureConfig, tokenFrom: [{ header: 'X-JWT-Assertion' }] } },
          session: { jwtValidatorConfig: { signatureConfig, tokenFrom } },
          opaque: {
            oauth2IntrospectionConfig: { url: idp.url.href, cacheConfig: {}, tokenFrom: [{ cookie: 'sid' }, { header: 'x-token' }] },
          },
          keys: { apiKeyConfig: { keys: { machine: [] } } },
        },
        resourceAccessControl: { rules: [{ context: '/by-rule', secured: true, allowedAuthHandlers: ['session'] }] },
        publicUrl: [SITE, 'https://api.example/orders'],
        allowedOrigins: ['https://app.example'],
        eventSink: RecordingSink,
        explain: true,
      };
      const configure = (each: INestApplication) => {
        const parse = parsers[parser];
        if (parse !== undefined) each.use(parse);
        const guard = each.get(AuthService).protect({ at: '/mounted', auth: ['session'] });
        const page = (_: unknown, response: { end(text: string): void }) => response.end('mounted');
        if (adapter === 'express') each.use('/mounted', guard, page);
      };
      ({ app, url } = await startApp(adapter, appModule({ auth, controllers: [OrdersController] }), { configure }));
      ({ events } = app.get<RecordingSink>(AuthEventSink));
      token = await mint(key, goodClaims({ sub: 'alice' }));
    });
    afterAll(async () => {
      await app?.close();
      await idp?.close();
    });

    const send = (method: string, path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { method, headers });
    const status = async (...request: Parameters<typeof send>) => (await send(...request)).status;

    it('is a header field of the configuration, with or without Bearer, and no other', async () => {
      for (const value of [token, `Bearer ${token}`, `bearer  ${token}`]) {
        const answer = await send('GET', '/assertion', { 'x-jwt-assertion': value });
        expect([answer.status, await answer.text()]).toEqual([200, 'alice']);
      }
      const elsewhere = await send('GET', '/assertion', { authorization: `Bearer ${token}`, ...cookie(token) });
      expect([elsewhere.status, elsewhere.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api"']);
      expect(await status('GET', `/assertion?access_token=${token}&x-jwt-assertion=${token}`)).toBe(401);
      const bad = await send('GET', '/assertion', { 'x-jwt-assertion': 'nonsense' });
      expect([bad.status, bad.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api", error="invalid_token"']);
    });

    it('is a cookie of the configuration: plain, in quotes or escaped', async () => {
      for (const value of [token, `"${token}"`, token.replaceAll('.', '%2E')]) {
        const answer = await send('GET', '/orders', cookie(value));
        expect([answer.status, await answer.text()]).toEqual([200, 'alice']);
      }
      expect(await status('HEAD', '/orders', cookie(token))).toBe(200);
      for (const other of [`__host-token=${token}`, `token=${token}`, `a="__Host-token=${token}"`])
        expect(await status('GET', '/orders', { cookie: other })).toBe(401);
    });

    it('counts in a cookie from the same site only, unless the route is for GET alone', async () => {
      const evil = { ...cookie(token), origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
      expect(await status('GET', '/orders', evil)).toBe(200);
      for (const path of ['/orders', '/anything', '/by-rule']) {
        expect(await status('POST', path, evil)).toBe(403);
        expect(await status('POST', path, cookie(token))).toBe(403);
        expect(await status('POST', path, { ...cookie(token), origin: 'null' })).toBe(403);
        for (const origin of [SITE, 'https://api.example', 'https://app.example'])
          expect(await status('POST', path, { ...cookie(token), origin })).toBeLessThan(300);
        expect(await status('POST', path, { ...cookie(token), ...sameOrigin })).toBeLessThan(300);
        expect(await status('POST', path, { authorization: `Bearer ${token}`, 'sec-fetch-site': 'cross-site' })).toBeLessThan(300);
      }
      expect(await status('GET', '/by-rule', evil)).toBe(200);
    });

    it('is judged by the methods that the route declares', async () => {
      const evil = { ...cookie(token), 'sec-fetch-site': 'cross-site' };
      expect([await status('GET', '/anything', evil), await status('GET', '/anything', { ...cookie(token), ...sameOrigin })]).toEqual([
        403, 200,
      ]);
      expect(await status('GET', '/anything', { ...cookie(token), origin: 'https://evil.example' })).toBe(403);
      expect(await status('GET', '/anything', cookie(token))).toBe(200);
    });

    it('gets a refusal without an error code where it came from another site, and the reason is told', async () => {
      const answer = await send('POST', '/orders', { ...cookie(token), 'sec-fetch-site': 'cross-site' });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([403, null]);
      const event = events.at(-1);
      expect(event).toMatchObject({ status: 403, steps: [{ scheme: 'session', outcome: 'forbidden', reason: 'cross_site_request' }] });
      expect(event?.explanation?.join('\n')).toMatch(
        /such as a cookie.*not come from this site.*publicUrl and allowedOrigins \(cross_site_request\)/,
      );
      expect(JSON.stringify(event)).not.toContain(token);
    });

    it('is ambiguous where there are different ones', async () => {
      const other = await mint(key, goodClaims({ sub: 'bob' }));
      const requests: [string, string[]][] = [
        ['/orders', [`Authorization: Bearer ${token}`, `Cookie: __Host-token=${other}`]],
        ['/orders', [`Cookie: __Host-token=${token}; __Host-token=${other}`]],
        ['/orders', [`Cookie: __Host-token=${token}`, `Cookie: __Host-token=${other}`]],
        ['/assertion', [`X-JWT-Assertion: ${token}`, `X-JWT-Assertion: ${other}`]],
        ['/assertion', [`X-JWT-Assertion: nonsense`, `x-jwt-assertion: ${token}`]],
      ];
      for (const [path, fields] of requests) {
        const { status, head } = await rawRequest(url, [`GET ${path} HTTP/1.1`, ...fields]);
        expect([status, /www-authenticate/i.test(head)]).toEqual([400, false]);
        expect(events.at(-1)).toMatchObject({
          status: 400,
          code: 'ERR_AUTH_AMBIGUOUS_CREDENTIALS',
          steps: [{ outcome: 'rejected', reason: 'ambiguous_credentials' }],
        });
        expect(events.at(-1)?.explanation?.join()).toContain('different tokens');
      }
      const twice = [`Authorization: Bearer ${token}`, `Cookie: __Host-token=${token}; __Host-token="${token}"`];
      expect((await rawRequest(url, ['GET /orders HTTP/1.1', ...twice])).status).toBe(200);
      const both = [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`];
      expect((await rawRequest(url, ['GET /assertion HTTP/1.1', ...both, `X-JWT-Assertion: ${token}`])).status).toBe(400);
    });

    it('leaves other ways in open, and is needed where all must accept', async () => {
      const evil = { ...cookie(token), 'sec-fetch-site': 'cross-site' };
      const either = await send('POST', '/either', { ...evil, 'x-api-key': 'machine' });
      expect([either.status, await either.text()]).toEqual([201, 'api-key']);
      expect(await status('POST', '/either', evil)).toBe(403);
      expect(await status('POST', '/both', { ...evil, 'x-api-key': 'machine' })).toBe(403);
      expect(await status('POST', '/both', { ...cookie(token), ...sameOrigin, 'x-api-key': 'machine' })).toBe(201);
    });

    it('is found the same way for introspection, and remembered under the whole token', async () => {
      const get = (headers: Record<string, string>) => status('POST', '/opaque', headers);
      expect(await get({ cookie: 'sid=a%2Bb%3D', ...sameOrigin })).toBe(201);
      expect(await get({ 'x-token': 'a+b=' })).toBe(201);
      expect(asked).toEqual(['a+b=']);
      expect(await get({ cookie: 'sid=a%2Bb%3D' })).toBe(403);
      expect(await get({ cookie: 'sid=a', 'x-token': 'b', ...sameOrigin })).toBe(400);
      expect(await get({ cookie: 'sid=a%26b', ...sameOrigin })).toBe(401);
      expect(await get({ authorization: 'Bearer a+b=' })).toBe(401);
      expect(asked).toEqual(['a+b=']);
    });

    it('is looked for on an open route by nobody', async () => {
      expect(await status('GET', '/open', { cookie: '__Host-token=a; __Host-token=b' })).toBe(200);
    });

    it('counts on a mount by the method of the request', async () => {
      if (adapter !== 'express') return;
      const evil = { ...cookie(token), 'sec-fetch-site': 'cross-site' };
      expect([await status('GET', '/mounted', cookie(token)), await status('GET', '/mounted', evil)]).toEqual([200, 403]);
      expect([
        await status('POST', '/mounted', cookie(token)),
        await status('POST', '/mounted', { ...cookie(token), ...sameOrigin }),
      ]).toEqual([...[403, 200]]);
    });

    it('is found by AuthService in a request, by the same rules', async () => {
      const service = app.get(AuthService);
      const request = (method: string, headers: Record<string, string>) => ({ method, headers, rawHeaders: [] });
      const who = (method: string, headers: Record<string, string>) =>
        service.authenticate(request(method, headers), ['session']).then(
          ({ username }) => username,
          (refusal) => refusal.getStatus(),
        );
      expect([await who('GET', cookie(token)), await who('POST', { ...cookie(token), ...sameOrigin })]).toEqual(['alice', 'alice']);
      expect([await who('POST', cookie(token)), await who('POST', { authorization: `Bearer ${token}` })]).toEqual([403, 'alice']);
    });
  },
);

describe('tokenFrom', () => {
  it('is checked at boot, with the place of the mistake', async () => {
    const jwtValidatorConfig = { signatureConfig: { secret: 's'.repeat(32) }, tokenFrom: [{ query: 'access_token' } as never] };
    const { message } = await bootError('express', appModule({ auth: { schemes: { sts: { jwtValidatorConfig } } } }));
    expect(message).toContain('schemes.sts.jwtValidatorConfig.tokenFrom[0]: is refused: tokens in a URL are kept in logs');
  });
});
