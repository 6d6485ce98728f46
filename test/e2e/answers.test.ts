import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  type INestApplication,
  UnauthorizedException,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ResourceAuth, type ResponseBody } from 'nest-service-auth';
import { ADAPTERS, type AdapterName } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink, withApp } from '../support/app.js';
import { tell } from '../support/probe.strategy.js';
import { rawRequest } from '../support/raw-http.js';

const bearer = { probeConfig: { header: 'x-token', challenges: [{ scheme: 'Bearer' }] } };
const basic = { probeConfig: { header: 'x-basic', challenges: [{ scheme: 'Basic', params: { charset: 'UTF-8' } }] } };
const auth = { schemes: { bearer, basic, again: { probeConfig: { ...bearer.probeConfig, header: 'x-again' } } }, eventSink: RecordingSink };

@Controller()
class DoorController {
  @ResourceAuth({ auth: [{ scheme: 'bearer', scopes: ['read', 'write'] }, 'basic', 'again'] })
  @Get('any')
  any() {
    return 'in';
  }

  @ResourceAuth({ auth: [{ scheme: 'basic', scopes: 'read' }] })
  @Get('basic')
  basic() {
    return 'in';
  }
}

@Controller('odd')
class OddController {
  @Get()
  get() {
    return 'in';
  }
}

const nothing = {};
const badToken = tell({ 'x-token': { reject: 'expired' } });
const badPassword = tell({ 'x-basic': { reject: 'wrong_password' } });
const weakToken = tell({ 'x-token': { accept: { scopes: ['other'] } } });
const tooMany = tell({ 'x-basic': { reject: 'too_many', retryAfter: 12.3 } });
const down = tell({ 'x-token': { unavailable: 'no answer from https://sts.internal' } });
const downFor = tell({ 'x-token': { unavailable: 'no answer', retryAfter: 30 } });

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

describe.each(ADAPTERS)('what a refused caller gets on %s', (adapter) => {
  const cases: [string, string, Record<string, string>, number, string[], string | null][] = [
    ['no credentials', '/any', nothing, 401, ['Bearer realm="api"', 'Basic realm="api", charset="UTF-8"'], null],
    ['a bad token', '/any', badToken, 401, ['Bearer realm="api", error="invalid_token"', 'Basic realm="api", charset="UTF-8"'], null],
    ['a bad password', '/any', badPassword, 401, ['Bearer realm="api"', 'Basic realm="api", charset="UTF-8"'], null],
    ['a token that may not', '/any', weakToken, 403, ['Bearer realm="api", error="insufficient_scope", scope="read write"'], null],
    ['a user who may not', '/basic', tell({ 'x-basic': { accept: {} } }), 403, [], null],
    ['too many attempts', '/any', tooMany, 429, [], '13'],
    ['nobody to ask', '/any', down, 503, [], '5'],
    ['nobody to ask for a while', '/any', downFor, 503, [], '30'],
  ];

  describe.each<ResponseBody>(['json', 'problem', 'empty'])('as %s', (responseBody) => {
    it.each(cases)('%s', async (_, path, headers, status, challenges, retryAfter) => {
      await withApp(adapter, appModule({ auth: { ...auth, responseBody }, controllers: [DoorController] }), async ({ url }) => {
        const response = await fetch(url + path, { headers });
        expect(response.status).toBe(status);
        expect(response.headers.get('www-authenticate')).toBe(challenges.length === 0 ? null : challenges.join(', '));
        expect(response.headers.get('retry-after')).toBe(retryAfter);
        await expectBody(response, responseBody, status);
      });
    });
  });

  it('sends each challenge as a header field of its own', async () => {
    await withApp(adapter, appModule({ auth, controllers: [DoorController] }), async ({ url }) => {
      const { head } = await rawRequest(url, ['GET /any HTTP/1.1']);
      expect(head.match(/^www-authenticate: .*$/gim)).toHaveLength(2);
    });
  });

  it('tells the sink the reason, and the client nothing of it', async () => {
    await withApp(adapter, appModule({ auth, controllers: [DoorController] }), async ({ app, url }) => {
      const response = await fetch(`${url}/any`, {
        headers: { ...tell({ 'x-token': { reject: 'expired' }, 'x-basic': { accept: { username: 'bob' } } }), ...down },
      });
      expect(response.status).toBe(200);
      const answers = [
        await fetch(`${url}/any`, { headers: { ...down, authorization: 'Bearer s3cret' } }),
        await fetch(`${url}/any`, { headers: badToken }),
      ];
      expect(JSON.stringify([await answers[0]?.text(), await answers[1]?.text()])).not.toMatch(/internal|expired/);
      const events = eventsOf(app);
      expect(events).toEqual([
        {
          ...{ status: 503, code: 'ERR_AUTH_UNAVAILABLE', transport: 'http', route: 'DoorController.any (GET /any)' },
          steps: [
            { scheme: 'bearer', outcome: 'unavailable', reason: 'could_not_find_out', cause: expect.any(Error) },
            { scheme: 'basic', outcome: 'absent', reason: 'no_credentials' },
            { scheme: 'again', outcome: 'absent', reason: 'no_credentials' },
          ],
        },
        expect.objectContaining({
          status: 401,
          steps: expect.arrayContaining([{ scheme: 'bearer', outcome: 'rejected', reason: 'expired' }]),
        }),
      ]);
      expect(JSON.stringify(events)).not.toContain('s3cret');
    });
  });

  it('is refused with several Authorization headers, whichever of them is good', async () => {
    await withApp(adapter, appModule({ auth, controllers: [DoorController] }), async ({ app, url }) => {
      const good = `x-token: ${JSON.stringify({ accept: { scopes: ['read'] } })}`;
      const once = await rawRequest(url, ['GET /any HTTP/1.1', 'Authorization: Bearer a', good]);
      const twice = await rawRequest(url, ['GET /any HTTP/1.1', 'Authorization: Bearer a', 'aUTHORIZATION: Bearer b', good]);
      const same = await rawRequest(url, ['GET /any HTTP/1.1', 'Authorization: Bearer a', 'Authorization: Bearer a', good]);
      expect([once.status, twice.status, same.status]).toEqual([200, 400, 400]);
      expect(eventsOf(app)).toMatchObject([{ code: 'ERR_AUTH_AMBIGUOUS_CREDENTIALS' }, { code: 'ERR_AUTH_AMBIGUOUS_CREDENTIALS' }]);
    });
  });

  it('survives what no header can carry', async () => {
    const challenges = [{ scheme: 'Probe', params: { hint: 'Zürich\r\nSet-Cookie: a=b; "東京" \\' } }];
    const odd = { probeConfig: { header: 'x-odd', challenges } };
    const module = appModule({ auth: { schemes: { ...auth.schemes, odd }, defaultAuth: ['odd'] }, controllers: [OddController] });
    await withApp(adapter, module, async ({ url }) => {
      const response = await fetch(`${url}/odd`);
      expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null]);
      expect(response.headers.get('www-authenticate')).toBe('Probe realm="api", hint="ZrichSet-Cookie: a=b; \\"\\" \\\\"');
    });
  });
});

async function expectBody(response: Response, responseBody: ResponseBody, status: number): Promise<void> {
  const title = TITLES[status];
  const text = await response.text();
  if (responseBody === 'empty') {
    expect([text, response.headers.get('content-length')]).toEqual(['', '0']);
    return;
  }
  const type = responseBody === 'json' ? 'application/json' : 'application/problem+json';
  expect(response.headers.get('content-type')).toMatch(new RegExp(`^${type.replace('+', '\\+')}(;|$)`));
  expect(JSON.parse(text)).toEqual(
    responseBody === 'json' ? { message: title, statusCode: status } : { type: 'about:blank', title, status },
  );
}

@Catch()
class CatchAllFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost) {
    answer(host, error instanceof HttpException ? error.getStatus() : 500, 'catch-all');
  }
}

@Catch(UnauthorizedException)
class UnauthorizedFilter implements ExceptionFilter {
  catch(error: UnauthorizedException, host: ArgumentsHost) {
    answer(host, error.getStatus(), 'unauthorized');
  }
}

/** Both Express and Fastify know `status` and `send`. */
function answer(host: ArgumentsHost, status: number, filter: string): void {
  host.switchToHttp().getResponse<{ status(code: number): { send(body: object): void } }>().status(status).send({ filter });
}

describe.each(ADAPTERS)('an exception filter of the application on %s', (adapter: AdapterName) => {
  it.each([
    ['catches all', CatchAllFilter, 'catch-all'],
    ['catches UnauthorizedException', UnauthorizedFilter, 'unauthorized'],
  ])('writes the body and keeps the header fields when it %s', async (_, filter, name) => {
    const expectFiltered = async (url: string) => {
      const response = await fetch(`${url}/basic`);
      expect([response.status, await response.json()]).toEqual([401, { filter: name }]);
      expect(response.headers.get('www-authenticate')).toBe('Basic realm="api", charset="UTF-8"');
    };
    for (const responseBody of ['json', 'problem'] as const) {
      const parts = { auth: { ...auth, responseBody }, controllers: [DoorController] };
      const configure = (app: INestApplication) => app.useGlobalFilters(new filter());
      await withApp(adapter, appModule(parts), ({ url }) => expectFiltered(url), { configure });
      const provided = appModule({ ...parts, providers: [{ provide: APP_FILTER, useClass: filter }] });
      await withApp(adapter, provided, ({ url }) => expectFiltered(url));
    }
  });
});
