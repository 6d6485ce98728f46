import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal } from 'nest-service-auth';
import { ADAPTERS, type RunningApp, startApp } from '../../support/adapters.js';
import { appModule } from '../../support/app.js';
import { type Case, rows } from './cases.js';

@Controller()
class ResourcesController {
  @Get('*path')
  any(@CurrentPrincipal() principal: Principal | undefined) {
    return { username: principal?.username ?? null };
  }
}
@Controller()
class FastifyResourcesController extends ResourcesController {
  @Get('*')
  override any(@CurrentPrincipal() principal: Principal | undefined) {
    return super.any(principal);
  }
}

interface ValveCase extends Case<number> {
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly username?: string | null;
}

const probe = (behaviour: object) => ({ 'x-probe': JSON.stringify(behaviour) });

/** What WSO2's valve and its manager of handlers do, as requests. */
const CASES: ValveCase[] = [
  {
    id: 'wso2-valve-2: a handler that fails by itself',
    path: '/probe',
    headers: probe({ unavailable: 'the store is down' }),
    expected: 400,
    differs: { reason: 'The caller did nothing wrong: 503 with Retry-After.', expected: 503 },
  },
  { id: 'wso2-basic-3: a user store that does not answer', path: '/down', headers: { 'x-api-key': 'alice' }, expected: 503 },
  { id: 'wso2-valve-3: bad credentials', path: '/secured', headers: { 'x-api-key': 'nobody' }, expected: 401 },
  {
    id: 'wso2-valve-5: an open resource, and nobody is known there',
    path: '/open',
    headers: { 'x-api-key': 'alice' },
    expected: 200,
    username: null,
  },
  {
    id: 'wso2-valve-5: an open resource, whatever is sent',
    path: '/open',
    headers: { 'x-api-key': 'nobody' },
    expected: 200,
    username: null,
  },
  { id: 'wso2-valve-6: a secured resource, and no success', path: '/secured', expected: 401 },
  {
    id: 'wso2-valve-7: a secured resource, and success',
    path: '/secured',
    headers: { 'x-api-key': 'alice' },
    expected: 200,
    username: 'alice',
  },
  {
    id: 'wso2-valve-9: a URL that is not normalized',
    path: '/a;b/secured',
    expected: 401,
    differs: { reason: 'The request is malformed, however well its sender is known: 400.', expected: 400 },
  },
  { id: 'wso2-valve-13: no handler for these credentials', path: '/secured', headers: { authorization: 'Negotiate abc' }, expected: 401 },
  { id: 'wso2-valve-14: a handler that is not allowed', path: '/keys-only', headers: probe({ accept: {} }), expected: 401 },
  {
    id: 'wso2-valve-14: a handler that is allowed',
    path: '/keys-only',
    headers: { 'x-api-key': 'alice' },
    expected: 200,
    username: 'alice',
  },
  {
    id: 'wso2-valve-15: a handler that fails before one that would not',
    path: '/secured',
    headers: { ...probe({ accept: { username: 'bob' } }), 'x-api-key': 'nobody' },
    expected: 401,
    differs: { reason: 'The next handler is asked.', expected: 200 },
    username: 'bob',
  },
];

describe.each(ADAPTERS)("WSO2's valve on %s", (adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    const module = appModule({
      auth: {
        schemes: {
          keys: { apiKeyConfig: { keys: { alice: [] } } },
          down: { apiKeyConfig: { keys: {}, down: true } },
          probe: { probeConfig: { header: 'x-probe' } },
        },
        resourceAccessControl: {
          rules: [
            { context: '/open', secured: false },
            { context: '/down', secured: true, allowedAuthHandlers: ['down'] },
            { context: '/keys-only', secured: true, allowedAuthHandlers: ['keys'] },
            { context: '/*', secured: true, allowedAuthHandlers: ['keys', 'probe'] },
          ],
        },
      },
      controllers: [adapter === 'express' ? ResourcesController : FastifyResourcesController],
    });
    running = await startApp(adapter, module);
  });
  afterAll(() => running.app.close());

  it.each(rows(CASES))('%s', async (_, { path, headers = {}, expected, differs, username }) => {
    const answer = await fetch(`${running.url}${path}`, { headers });
    expect(answer.status).toBe(differs?.expected ?? expected);
    if (username !== undefined) expect(await answer.json()).toEqual({ username });
  });
});
