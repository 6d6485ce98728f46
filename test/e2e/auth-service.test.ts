import { setImmediate as nextTurn } from 'node:timers/promises';
import { Controller, type ExecutionContext, Get, type INestApplication, Inject, Injectable, Param, Req } from '@nestjs/common';
import {
  AccessDeniedException,
  AuthConfigurationError,
  type AuthEntry,
  type Authorizer,
  AuthService,
  createPrincipal,
  type FrameworkRequest,
  type Principal,
  type Requirements,
  ResourceAuth,
} from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { type Behaviour, tell } from '../support/probe.strategy.js';

@Injectable()
class EvenLength implements Authorizer {
  authorize({ username }: Principal) {
    return username.length % 2 === 0;
  }
}

/** Has to ask somebody. */
@Injectable()
class Asking implements Authorizer {
  async authorize({ username }: Principal) {
    await nextTurn();
    if (username === 'nobody') throw new Error('the directory is down');
    return username === 'anne';
  }
}

const ENTRIES: Record<string, AuthEntry[]> = {
  named: [{ scheme: 'probe', scopes: 'read' }],
  inline: [{ probeConfig: { header: 'x-inline' } }],
};

@Controller()
class ImperativeController {
  constructor(@Inject(AuthService) private readonly auth: AuthService) {}

  @ResourceAuth({ auth: false })
  @Get(':entries')
  async enter(@Req() request: FrameworkRequest, @Param('entries') entries: string) {
    return this.auth.authenticate(request, ENTRIES[entries] as AuthEntry[]);
  }
}

const module = () =>
  appModule({
    auth: {
      schemes: {
        probe: { probeConfig: { header: 'x-probe', challenges: [{ scheme: 'Bearer' }] } },
        token: { probeConfig: { header: 'authorization' } },
      },
      roles: { manager: ['/p'] },
      authorizers: [EvenLength, Asking],
      eventSink: RecordingSink,
    },
    controllers: [ImperativeController],
  });

describe.each(ADAPTERS)('AuthService on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  let service: AuthService;
  beforeAll(async () => {
    ({ app, url } = await startApp(adapter, module()));
    service = app.get(AuthService);
  });
  afterAll(() => app.close());

  it.each<[string, Behaviour, number, string | null, string | null]>([
    ['admits', { accept: { scopes: ['read'] } }, 200, null, null],
    ['admits later', { accept: { scopes: ['read'] }, later: true }, 200, null, null],
    ['refuses bad credentials', { reject: 'bad' }, 401, 'Bearer realm="api", error="invalid_token"', null],
    ['refuses who may not', { accept: {} }, 403, 'Bearer realm="api", error="insufficient_scope", scope="read"', null],
    ['refuses for a while', { reject: 'many', retryAfter: 9 }, 429, null, '9'],
    ['could not find out', { unavailable: 'down' }, 503, null, '5'],
  ])('%s as the guard would, header fields included', async (_, behaviour, status, challenge, retryAfter) => {
    const response = await fetch(`${url}/named`, { headers: tell({ 'x-probe': behaviour }) });
    expect([response.status, response.headers.get('www-authenticate'), response.headers.get('retry-after')]).toEqual([
      status,
      challenge,
      retryAfter,
    ]);
  });

  it('takes inline entries', async () => {
    expect((await fetch(`${url}/inline`)).status).toBe(401);
    expect((await fetch(`${url}/inline`, { headers: tell({ 'x-inline': { accept: {} } }) })).status).toBe(200);
  });

  it('takes the value of an Authorization header, or its absence', async () => {
    const header = JSON.stringify({ accept: { username: 'alice', roles: ['manager'] } } satisfies Behaviour);
    expect(await service.authenticate(header, ['token'])).toMatchObject({ username: 'alice', permissions: ['/p'] });
    await expect(service.authenticate(undefined, ['token'])).rejects.toMatchObject({
      ...{ status: 401, code: 'ERR_AUTH_UNAUTHENTICATED' },
      headers: { 'WWW-Authenticate': ['Probe realm="api"'] },
    });
    expect(eventsOf(app).at(-1)).toMatchObject({ route: 'AuthService.authenticate', status: 401 });
  });

  it.each<[unknown, string]>([
    [['nobody'], 'auth[0]: "nobody" is not a known scheme. Known: probe, token.'],
    [[], 'auth: is an empty list, so every request would be refused. Name a scheme, or write false for an open route.'],
    ['token', 'entries: must be a list of entries.'],
    [false, 'entries: must be a list of entries.'],
    [undefined, 'entries: must be a list of entries.'],
    [{ scopes: 'a' }, 'entries: must be a list of entries.'],
  ])('refuses the entries %j without harm to the process', async (entries, message) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    await expect(service.authenticate('x', entries as AuthEntry[])).rejects.toThrow(new AuthConfigurationError(message));
    await expect(service.authenticate('x', entries as AuthEntry[])).rejects.toThrow(new AuthConfigurationError(message));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('cannot ask authorizers outside a request: that is 503, never an admission', async () => {
    await expect(
      service.authenticate(JSON.stringify({ accept: {} }), [{ scheme: 'token', authorizers: [EvenLength] }]),
    ).rejects.toMatchObject({ status: 503 });
  });

  const anne = createPrincipal({ scheme: 'probe', method: 'probe', username: 'anne', scopes: ['a', 'b'], roles: ['manager'] });
  const context = {} as ExecutionContext;

  it.each<[Requirements, boolean]>([
    [{ scopes: 'a' }, true],
    [{ scopes: { all: ['a', 'c'] } }, false],
    [{ permissions: '/p/q' }, true],
    [{ permissions: '/q' }, false],
    [{ authorizers: [EvenLength] }, true],
    [{ scopes: 'a', permissions: '/p', authorizers: [EvenLength] }, true],
  ])('authorizes by %j: %p', async (requirements, allowed) => {
    const outcome = service.authorize(anne, requirements, context);
    if (allowed) await expect(outcome).resolves.toBeUndefined();
    else await expect(outcome).rejects.toThrow(AccessDeniedException);
  });

  it('waits for what an authorizer has to ask', async () => {
    const authorize = (username: string) => service.authorize({ ...anne, username }, { authorizers: [EvenLength, Asking] }, context);
    await expect(authorize('anne')).resolves.toBeUndefined();
    await expect(authorize('bill')).rejects.toMatchObject({ status: 403 });
    await expect(authorize('nobody')).rejects.toMatchObject({ status: 503 });
  });

  it('sees a principal as it is, though it was changed since the last time', async () => {
    const roles = ['manager'];
    const changing = { ...anne, roles };
    await expect(service.authorize(changing, { permissions: '/p/q' })).resolves.toBeUndefined();
    roles[0] = 'clerk';
    await expect(service.authorize(changing, { permissions: '/p/q' })).rejects.toThrow(AccessDeniedException);
  });

  it('tells the sink whom it does not authorize', async () => {
    await expect(service.authorize({ ...anne, username: 'ann' }, { authorizers: [EvenLength] }, context)).rejects.toThrow(
      AccessDeniedException,
    );
    expect(eventsOf(app).at(-1)).toEqual({
      ...{ status: 403, code: 'ERR_AUTH_FORBIDDEN', transport: 'http', route: 'AuthService.authorize' },
      steps: [{ scheme: 'probe', outcome: 'forbidden', reason: 'refused_by_authorizer', username: 'ann' }],
    });
  });

  it.each([undefined, null, {}, { username: 'eve', scopes: 'ab' }])('does not authorize the principal %j', async (nobody) => {
    await expect(service.authorize(nobody as never, { scopes: 'a' })).rejects.toMatchObject({ status: 401 });
  });

  it.each<[unknown, string]>([
    [
      {},
      'requirements: requires nothing. Name acr, maxAuthAge, scopes, roles, permissions, claims or authorizers, or leave the decorator out.',
    ],
    [{ scopes: [] }, 'requirements.scopes: is empty. Name at least one, or leave the field out to require none.'],
    [{ scope: 'a' }, 'requirements.scope: is not a known field. Did you mean "scopes"?'],
    [{ authorizers: [EvenLength] }, 'requirements.authorizers: need an execution context as the third argument.'],
  ])('refuses the requirements %j', async (requirements, message) => {
    await expect(service.authorize(anne, requirements as Requirements)).rejects.toThrow(new AuthConfigurationError(message));
  });
});
