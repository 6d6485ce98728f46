import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ForbiddenException, type Type, UnauthorizedException } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AmbiguousPathException, type AuthEventSink, CurrentPrincipal, type DenialEvent } from 'nest-service-auth';
import { resolveOptions } from '../../../lib/auth.options.schema.js';
import type { Route } from '../../../lib/discovery/handler-catalog.js';
import { MessageRegistry } from '../../../lib/discovery/message-registry.js';
import { Door } from '../../../lib/guard/door.js';
import type { PathPlans, Plan } from '../../../lib/plan/plan.js';
import { PlanRegistry } from '../../../lib/plan/plan.registry.js';
import { type ResolvedAuthOptions } from '../../../lib/resolved-options.js';
import { AuthGuard } from '../../../lib/transport/auth.guard.js';
import { HttpTransport } from '../../../lib/transport/http/http.transport.js';
import type { Callers } from '../../../lib/transport/transport.js';
import { Transports } from '../../../lib/transport/transports.js';
import { accepts, later, planOf, rejects, single } from '../guard/steps.js';

class Controller {
  handle() {}
  other() {}
}
class OtherController extends Controller {}

const ROUTE: Route = {
  type: Controller,
  name: 'handle',
  functions: [Controller.prototype.handle],
  inController: true,
  kind: 'HTTP route',
  transport: 'http',
  method: 'GET',
  paths: ['/'],
  places: [{ path: '/' }],
  label: 'Controller.handle (GET /)',
};

function guardWith(plan: Plan, options: Partial<ResolvedAuthOptions> = {}, paths?: PathPlans, callers: Partial<Callers> = {}) {
  const events: DenialEvent[] = [];
  const headers: [string, unknown][] = [];
  const resolved = { ...resolveOptions({}), ...options };
  const plans = new PlanRegistry();
  plans.add({ handler: ROUTE, plan });
  plans.paths = paths;
  const sink: AuthEventSink = { denied: (event) => void events.push(event) };
  const httpAdapter = {
    getInstance: () => undefined,
    getType: () => 'probe',
    setHeader: (_: unknown, name: string, value: unknown) => void headers.push([name, value]),
  };
  const door = new Door(resolved, sink);
  const messages = new MessageRegistry();
  messages.load([]);
  const http = Object.assign(new HttpTransport({ httpAdapter } as never, { endWithCredential: () => undefined }), callers);
  http.prepare(resolved);
  const guard = new AuthGuard(plans, messages, door, new Transports([http]));
  return { guard, events, headers };
}

interface ContextInit {
  readonly type?: string;
  readonly controller?: unknown;
  readonly handler?: unknown;
  readonly request?: object;
}

function contextOf({
  type = 'http',
  controller = Controller,
  handler = Controller.prototype.handle,
  request = new IncomingMessage(new Socket()),
}: ContextInit = {}) {
  const context = new ExecutionContextHost([request, {}], controller as Type, handler as () => unknown);
  return Object.assign(context, { getType: () => type });
}

describe('the hot path', () => {
  it('returns exactly true, not a promise, for a caller whom the first step knows', () => {
    expect(guardWith(planOf(single(accepts()))).guard.canActivate(contextOf())).toBe(true);
  });

  it('returns exactly true, not a promise, for a caller whom the second step knows', () => {
    expect(guardWith(planOf(single(rejects), single(accepts()))).guard.canActivate(contextOf())).toBe(true);
  });

  it('returns exactly true, not a promise, for an open route', () => {
    expect(guardWith({ kind: 'open', source: 'resource' }).guard.canActivate(contextOf())).toBe(true);
  });

  it('refuses by throwing at once, not by a promise', () => {
    expect(() => guardWith(planOf(single(rejects))).guard.canActivate(contextOf())).toThrow(UnauthorizedException);
  });

  it('waits only where a strategy has to', async () => {
    const admitted = guardWith(planOf(single(later(accepts())))).guard.canActivate(contextOf());
    expect(admitted).toBeInstanceOf(Promise);
    expect(await admitted).toBe(true);
    await expect(guardWith(planOf(single(later(rejects)))).guard.canActivate(contextOf())).rejects.toThrow(UnauthorizedException);
  });
});

describe('what the guard does not know', () => {
  const open: Plan = { kind: 'open', source: 'resource' };

  it.each(['rpc', 'ws', 'graphql', 'something-new', ''])('refuses a %p context, even of an open handler', (type) => {
    const { guard, events } = guardWith(open);
    expect(() => guard.canActivate(contextOf({ type }))).toThrow(ForbiddenException);
    expect(events).toEqual([
      {
        status: 403,
        code: 'ERR_AUTH_FORBIDDEN',
        transport: 'other',
        route: 'Controller.handle',
        steps: [{ scheme: 'none', outcome: 'forbidden', reason: 'unknown_handler' }],
      },
    ]);
  });

  it.each<[string, ContextInit]>([
    ['handler', { handler: Controller.prototype.other }],
    ['handler of the same name', { handler: { handle() {} }.handle }],
    ['controller', { controller: OtherController }],
  ])('refuses an unknown %s', (_, init) => {
    expect(() => guardWith(open).guard.canActivate(contextOf(init))).toThrow(ForbiddenException);
  });

  it('refuses a denied plan, and a plan by path where there are no paths', () => {
    expect(() => guardWith({ kind: 'denied', source: 'unannotated' }).guard.canActivate(contextOf())).toThrow(ForbiddenException);
    expect(() => guardWith({ kind: 'by-path' }).guard.canActivate(contextOf())).toThrow(ForbiddenException);
  });
});

describe('a route where there are access rules', () => {
  const requestOf = (url: string, pattern: string) =>
    Object.assign(new IncomingMessage(new Socket()), { url, method: 'GET', route: { path: pattern } });
  const asked: string[] = [];
  const paths: PathPlans = {
    all: [],
    planFor: (method, path) => {
      asked.push(`${method} ${path}`);
      return { kind: 'open', source: 'rule 0' };
    },
    plansFor: () => [{ kind: 'open', source: 'rule 0' }],
    dependsOnCase: () => false,
  };
  const guardOf = (plan: Plan) => guardWith(plan, {}, paths).guard;

  it.each<[string, Plan]>([
    ['declared open', { kind: 'open', source: 'resource' }],
    ['declared protected', planOf(single(accepts()))],
    ['left to the rules', { kind: 'by-path' }],
  ])('takes no ambiguous path: %s', (_, plan) => {
    for (const url of ['/orders/../admin', '/orders//1', '/orders/%2e%2e/admin', '/orders;v=1'])
      expect(() => guardOf(plan).canActivate(contextOf({ request: requestOf(url, '/orders/*rest') }))).toThrow(AmbiguousPathException);
    expect(guardOf(plan).canActivate(contextOf({ request: requestOf('/orders/1', '/orders/:id') }))).toBe(true);
  });

  it('asks the rules about no path that does not fit its pattern', () => {
    asked.length = 0;
    const guard = guardOf({ kind: 'by-path' });
    expect(() => guard.canActivate(contextOf({ request: requestOf('/public', '/orders/:id') }))).toThrow(AmbiguousPathException);
    expect(asked).toEqual([]);
    expect(guard.canActivate(contextOf({ request: requestOf('/orders/1', '/orders/:id') }))).toBe(true);
    expect(asked).toEqual(['GET /orders/1']);
  });
});

describe('the principal', () => {
  it('is left on the request under principalProperty', () => {
    const request: { caller?: unknown } & IncomingMessage = new IncomingMessage(new Socket());
    guardWith(planOf(single(accepts({ username: 'alice' }))), { principalProperty: 'caller' }).guard.canActivate(contextOf({ request }));
    expect(request.caller).toMatchObject({ username: 'alice' });
  });

  it('is left on Fastify’s request, and the strategy sees Node’s own', () => {
    const raw = new IncomingMessage(new Socket());
    const request: { raw: IncomingMessage; user?: unknown } = { raw };
    const seen: unknown[] = [];
    const plan = planOf(
      single((each) => {
        seen.push(each);
        return accepts()(each);
      }),
    );
    guardWith(plan).guard.canActivate(contextOf({ request }));
    expect(seen[0]).toBe(raw);
    expect(request.user).toBeDefined();
    expect(raw).not.toHaveProperty('user');
  });

  it('has the permissions of its roles, and is completed once', () => {
    const request: { user?: unknown } & IncomingMessage = new IncomingMessage(new Socket());
    const verdict = accepts({ roles: ['editor', 'toString', '__proto__'], permissions: ['/read'] })({ headers: {}, rawHeaders: [] });
    const roles = { editor: ['/write', '/read'] };
    const { guard } = guardWith(planOf(single(() => verdict)), { roles });
    guard.canActivate(contextOf({ request }));
    const first = request.user;
    guard.canActivate(contextOf({ request }));
    expect(first).toMatchObject({ permissions: ['/read', '/write'] });
    expect(request.user).toBe(first);
  });

  it('is a parameter decorator', () => {
    expect(typeof CurrentPrincipal()).toBe('function');
  });
});

describe('a refusal', () => {
  it('puts its header fields on the answer before anybody writes it', () => {
    const { guard, headers } = guardWith({ ...planOf(single(rejects)), challenges: [{ scheme: 'Probe', params: { realm: 'api' } }] });
    expect(() => guard.canActivate(contextOf())).toThrow();
    expect(headers).toEqual([['WWW-Authenticate', ['Probe realm="api"']]]);
  });

  it('is told with what was tried, and nothing that could be a credential', () => {
    const request = Object.assign(new IncomingMessage(new Socket()), { headers: { authorization: 'Bearer secret' } });
    const { guard, events } = guardWith(planOf(single(rejects, {}, 'Bearer')));
    expect(() => guard.canActivate(contextOf({ request }))).toThrow();
    expect(events).toEqual([
      {
        status: 401,
        code: 'ERR_AUTH_UNAUTHENTICATED',
        transport: 'http',
        route: 'Controller.handle (GET /)',
        steps: [{ scheme: 'bearer', outcome: 'rejected', reason: 'bad' }],
      },
    ]);
  });
});

describe('an error of code that the guard calls', () => {
  const paths = { planFor: () => planOf(single(accepts())) } as never;
  const cause = new RangeError('The socket is gone.');
  const failing = () => {
    throw cause;
  };

  it.each(['planByPath', 'requestOf', 'contextFor', 'keep'])('refuses the call where %s fails, and names the cause', async (method) => {
    for (const step of [single(accepts()), single(later(accepts()))]) {
      const { guard, events } = guardWith(planOf(step), {}, paths, { [method]: failing });
      const request = Object.assign(new IncomingMessage(new Socket()), { url: '/' });
      await expect((async () => guard.canActivate(contextOf({ request })))()).rejects.toThrow(ForbiddenException);
      const steps = [{ scheme: 'none', outcome: 'forbidden', reason: 'unexpected_error', cause }];
      expect(events).toEqual([expect.objectContaining({ status: 403, route: 'Controller.handle (GET /)', steps })]);
    }
  });

  it('refuses a caller that the request has no room for', () => {
    const request = Object.defineProperty(new IncomingMessage(new Socket()), 'user', { get: () => 'of the application' });
    const { guard, events } = guardWith(planOf(single(accepts())));
    expect(() => guard.canActivate(contextOf({ request }))).toThrow(ForbiddenException);
    expect(events.flatMap(({ steps }) => steps.map(({ reason }) => reason))).toEqual(['unexpected_error']);
  });
});
