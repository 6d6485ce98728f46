import { Controller, Get, Injectable } from '@nestjs/common';
import { AuthEventSink, type AuthModuleExtras, type AuthModuleOptions, type Authorizer, ResourceAuth } from 'nest-service-auth';
import { ADAPTERS, type AdapterName, type RunningApp, startApp } from '../support/adapters.js';
import { appModule, RecordingSink } from '../support/app.js';
import type { Behaviour } from '../support/probe.strategy.js';

@Injectable()
class OwnerOnly implements Authorizer {
  authorize() {
    return false;
  }
}

@Controller()
class OrdersController {
  @ResourceAuth({ auth: [{ scheme: 'keys', scopes: ['add', 'admin'], permissions: '/orders/add' }, 'probe'] })
  @Get('scopes')
  scopes() {}
  @ResourceAuth({ auth: [{ scheme: 'probe', permissions: ['/orders/add', '/orders/list'] }] })
  @Get('permissions')
  permissions() {}
  @ResourceAuth({ auth: [{ scheme: 'probe', authorizers: [OwnerOnly] }] })
  @Get('rule')
  rule() {}
  @ResourceAuth({ auth: [{ allOf: ['keys', 'probe'], scopes: { all: ['a', 'b'] } }] })
  @Get('all')
  all() {}
  @Get('by-path')
  byPath() {}
  @Get('items/:id')
  item() {}
  @Get('nowhere')
  nowhere() {}
}

const SECRET = 'a-secret-that-must-stay-one';
const probe = (behaviour: Behaviour) => ({ 'x-probe': JSON.stringify({ ...behaviour, secret: SECRET }) });

const moduleWith = (options: AuthModuleOptions & AuthModuleExtras) =>
  appModule({
    auth: {
      schemes: {
        keys: { apiKeyConfig: { keys: { alice: ['list'] } } },
        probe: { probeConfig: { header: 'x-probe', challenges: [{ scheme: 'Bearer' }] } },
      },
      roles: { clerk: ['/orders/list'] },
      resourceAccessControl: { rules: [{ context: '/by-path', secured: true, scopes: ['read'], allowedAuthHandlers: ['keys'] }] },
      authorizers: [OwnerOnly],
      ...options,
    },
    controllers: [OrdersController],
  });

const DENIALS: [string, Record<string, string>, string[]][] = [
  [
    '/scopes',
    {},
    [
      'The route is protected by: resource.',
      '1. keys: the request has no credentials for it. It looks for: ApiKey.',
      '2. probe: the request has no credentials for it. It looks for: Bearer.',
    ],
  ],
  [
    '/scopes',
    { 'x-api-key': 'alice', ...probe({ reject: 'expired' }) },
    [
      'The route is protected by: resource.',
      '1. keys: the caller is "alice", but lacks a scope. Required: any of the scopes ["add","admin"] and the permissions ["/orders/add"]. Held: scopes ["list"], permissions [], roles [].',
      '2. probe: the credentials are refused (expired).',
    ],
  ],
  [
    '/permissions',
    probe({ accept: { username: 'bob', roles: ['clerk'] } }),
    [
      'The route is protected by: resource.',
      '1. probe: the caller is "bob", but lacks a permission. Required: the permissions ["/orders/add","/orders/list"]. Held: scopes [], permissions ["/orders/list"], roles ["clerk"].',
    ],
  ],
  [
    '/rule',
    probe({ accept: { username: 'eve\n2. forged', scopes: ['x\u001b[31m'] } }),
    [
      'The route is protected by: resource.',
      '1. probe: the caller is "eve\\n2. forged", but a custom rule refused. Required: the rule OwnerOnly. Held: scopes ["x\\u001b[31m"], permissions [], roles [].',
    ],
  ],
  [
    '/rule',
    probe({ unavailable: 'no answer' }),
    ['The route is protected by: resource.', '1. probe: the caller could not be determined: "no answer".'],
  ],
  [
    '/all',
    { 'x-api-key': 'alice', ...probe({ accept: { username: 'bob', scopes: ['a'] } }) },
    [
      'The route is protected by: resource.',
      '1. keys + probe: the caller is "alice", but lacks a scope. Required: all of the scopes ["a","b"]. Held: scopes ["list","a"], permissions [], roles [].',
    ],
  ],
  [
    '/by-path',
    { 'x-api-key': 'alice' },
    [
      'The route is protected by: rule 0.',
      '1. keys: the caller is "alice", but lacks a scope. Required: all of the scopes ["read"]. Held: scopes ["list"], permissions [], roles [].',
    ],
  ],
  [
    '/nowhere',
    { 'x-api-key': 'alice' },
    [
      'The route is protected by: default access.',
      '1. keys: the caller is "alice", but no access rule matches this request, and requests without a matching rule are denied. Held: scopes ["list"], permissions [], roles [].',
      '2. probe: the request has no credentials for it. It looks for: Bearer.',
    ],
  ],
  [
    '/items/a;b',
    { 'x-api-key': 'alice' },
    [
      'The path is not normalized: it has //, a segment of dots, a semicolon, a backslash, or an escape of one of these or of %. Access rules are not applied to such paths.',
    ],
  ],
];

describe.each(ADAPTERS)('explain on %s', (adapter) => {
  let running: RunningApp;
  let sink: RecordingSink;
  beforeAll(async () => {
    running = await startApp(adapter, moduleWith({ explain: true, eventSink: RecordingSink }));
    sink = running.app.get(AuthEventSink, { strict: false });
  });
  afterAll(() => running.app.close());

  it.each(DENIALS)('tells the event why %s was refused, and nobody else: %#', async (path, headers, explanation) => {
    sink.events.length = 0;
    const answer = await fetch(`${running.url}${path}`, { headers });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).not.toMatch(/explanation|Required|protected by/);
    expect(sink.events[0]?.explanation).toEqual(explanation);
    expect(JSON.stringify(sink.events)).not.toContain(SECRET);
  });

  it("says so in the log, below the denial's line", async () => {
    const { log } = await ask(adapter, { explain: true }, '/rule', probe({ accept: { username: 'bob' } }));
    expect(log).toEqual([
      [
        '403 OrdersController.rule (GET /rule): probe forbidden "bob" (refused_by_authorizer)',
        '  The route is protected by: resource.',
        '  1. probe: the caller is "bob", but a custom rule refused. Required: the rule OwnerOnly. Held: scopes [], permissions [], roles [].',
      ].join('\n'),
    ]);
  });

  it('says so in the body, where that is asked for, and the boot warns of it', async () => {
    const { log, json } = await ask(adapter, { explain: 'body' }, '/rule');
    expect(json).toEqual({
      message: 'Unauthorized',
      statusCode: 401,
      explanation: ['The route is protected by: resource.', '1. probe: the request has no credentials for it. It looks for: Bearer.'],
    });
    expect(log[0]).toBe("explain: 'body' sends every caller the reason of a refusal. Use it for development only.");
  });

  it('says so in a problem, where that is asked for', async () => {
    const { json, type } = await ask(adapter, { explain: 'body', responseBody: 'problem' }, '/rule');
    expect(type).toMatch(/^application\/problem\+json/);
    expect(json).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      explanation: [expect.any(String), expect.any(String)],
    });
  });

  it('leaves an empty body empty', async () => {
    expect((await ask(adapter, { explain: 'body', responseBody: 'empty' }, '/rule')).text).toBe('');
  });

  it.each([{}, { explain: false }])('is off: %j', async (options) => {
    const { log, json } = await ask(adapter, options, '/rule');
    expect(log).toEqual(['401 OrdersController.rule (GET /rule): probe absent (no_credentials)']);
    expect(json).toEqual({ message: 'Unauthorized', statusCode: 401 });
  });
});

/** One request of an application of its own: its answer, and what the module logged. */
async function ask(adapter: AdapterName, options: AuthModuleOptions, path: string, headers: Record<string, string> = {}) {
  const log: string[] = [];
  const warn = (line: string, from: string) => void (/^Auth/.test(from) && log.push(line));
  const logger = { log: () => undefined, error: () => undefined, warn };
  const running = await startApp(adapter, moduleWith(options), { logger });
  const answer = await fetch(`${running.url}${path}`, { headers });
  const text = await answer.text();
  await running.app.close();
  return { log, text, type: answer.headers.get('content-type'), json: text === '' ? undefined : JSON.parse(text) };
}
