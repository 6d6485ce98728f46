import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ForbiddenException, NotFoundException, ServiceUnavailableException, type Type, UnauthorizedException } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AmbiguousPathException, type AuthEventSink, CurrentPrincipal, type DenialEvent, ResourceAuth } from 'nest-service-auth';
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

/** Handlers of which the registry of messages is told. */
class Gateway {
  @ResourceAuth({ auth: false })
  open() {}
  closed() {}
}
const MESSAGES = (['open', 'closed'] as const).map(
  (name) => ({ kind: 'WebSocket message', type: Gateway, name, label: `Gateway.${name}`, functions: [Gateway.prototype[name]] }) as never,
);

function guardWith(
  plan: Plan,
  options: Partial<ResolvedAuthOptions> = {},
  paths?: PathPlans,
  callers: Partial<Callers> = {},
  isBooted = true,
) {
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
  if (isBooted) messages.load(MESSAGES);
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
    const { guard, events } = guardWith(open);
    expect(() => guard.canActivate(contextOf(init))).toThrow(ForbiddenException);
    expect(events.map(({ steps }) => steps)).toEqual([[{ scheme: 'none', outcome: 'forbidden', reason: 'unknown_handler' }]]);
  });

  it.each(['http', 'something-new'])('admits a call of a handler without a plan where it is declared open, and no other (%s)', (type) => {
    const of = (handler: unknown) => contextOf({ type, controller: Gateway, handler });
    expect(guardWith(open).guard.canActivate(of(Gateway.prototype.open))).toBe(true);
    expect(() => guardWith(open).guard.canActivate(of(Gateway.prototype.closed))).toThrow(ForbiddenException);
  });

  it.each<[string, ContextInit]>([
    ['with a plan', {}],
    ['that is declared open', { controller: Gateway, handler: Gateway.prototype.open }],
  ])('admits no call of a handler %s before the boot has finished', (_, init) => {
    const { guard, events } = guardWith(open, {}, undefined, {}, false);
    expect(() => guard.canActivate(contextOf(init))).toThrow(ServiceUnavailableException);
    expect(events.flatMap(({ steps }) => steps.map(({ reason }) => reason))).toEqual(['boot_not_finished']);
  });

  it('refuses a call that does not say where it came from, unless its handler is open', () => {
    const callers = { requestOf: () => undefined };
    const { guard, events } = guardWith(planOf(single(accepts())), {}, undefined, callers);
    expect(() => guard.canActivate(contextOf())).toThrow(ForbiddenException);
    expect(events.flatMap(({ steps }) => steps.map(({ reason }) => reason))).toEqual(['no_request']);
    expect(guardWith(open, {}, undefined, callers).guard.canActivate(contextOf())).toBe(true);
  });

  it('is not decided by access rules where those say nothing of the transport', () => {
    const paths = { planFor: () => ({ kind: 'denied', source: 'rule 0' }) } as never;
    const ask = (callers: object) => guardWith(planOf(single(accepts())), {}, paths, callers).guard.canActivate(contextOf());
    expect(ask({ planByPath: undefined })).toBe(true);
    expect(() => ask({ planByPath: () => ({ kind: 'denied', source: 'rule 0' }) })).toThrow(ForbiddenException);
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

describe('a guard that runs once more for one call', () => {
  const ask = (isKept: unknown) =>
    guardWith(planOf(single(rejects)), {}, undefined, { isKept } as never).guard.canActivateOnce(contextOf());

  it('admits what was admitted, and decides about everything else', () => {
    expect(ask(() => true)).toBe(true);
    for (const isKept of [() => false, () => undefined, undefined]) expect(() => ask(isKept)).toThrow(UnauthorizedException);
  });

  it('refuses a call of a type that is not known', () => {
    const { guard } = guardWith(planOf(single(accepts())));
    expect(() => guard.canActivateOnce(contextOf({ type: 'something-new' }))).toThrow(ForbiddenException);
  });

  it('admits a caller whom it has not seen yet', () => {
    const { guard } = guardWith(planOf(single(accepts())), {}, undefined, { isKept: () => false });
    expect(guard.canActivateOnce(contextOf())).toBe(true);
  });
});

describe('the principal', () => {
  it('of another library stays on the request of an open route', () => {
    const request = Object.assign(new IncomingMessage(new Socket()), { user: 'of another library' });
    guardWith({ kind: 'open', source: 'resource' }).guard.canActivate(contextOf({ request }));
    expect(request.user).toBe('of another library');
  });

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

describe('an authorizer', () => {
  it('is given the context of the transport where that has one of its own, and that of Nest elsewhere', () => {
    const seen: unknown[] = [];
    const authorize = (_: unknown, context: unknown) => seen.push(context) > 0;
    const plan = planOf(single(accepts(), { authorizers: [{ authorizer: { authorize }, args: undefined }] }));
    const [context, own] = [contextOf(), contextOf()];
    guardWith(plan).guard.canActivate(context);
    guardWith(plan, {}, undefined, { contextFor: () => own }).guard.canActivate(context);
    expect([seen[0] === context, seen[1] === own]).toEqual([true, true]);
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
      await expect((async () => guard.canActivate(contextOf({ request })))()).rejects.toMatchObject({
        code: 'ERR_AUTH_UNAVAILABLE',
        headers: { 'Retry-After': '5' },
      });
      const steps = [{ scheme: 'none', outcome: 'unavailable', reason: 'unexpected_error', cause }];
      expect(events).toEqual([expect.objectContaining({ status: 503, route: 'Controller.handle (GET /)', steps })]);
    }
  });

  it('is sent as it is where it is an answer of the application', () => {
    const answer = () => {
      throw new NotFoundException();
    };
    expect(() => guardWith(planOf(single(accepts())), {}, paths, { planByPath: answer }).guard.canActivate(contextOf())).toThrow(
      NotFoundException,
    );
  });

  it('refuses a caller that the request has no room for', () => {
    const request = Object.defineProperty(new IncomingMessage(new Socket()), 'user', { get: () => 'of the application' });
    const { guard, events } = guardWith(planOf(single(accepts())));
    expect(() => guard.canActivate(contextOf({ request }))).toThrow(ServiceUnavailableException);
    expect(events.flatMap(({ steps }) => steps.map(({ reason }) => reason))).toEqual(['unexpected_error']);
  });
});
