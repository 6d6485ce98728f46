import type { Type } from '@nestjs/common';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import type { Callable, Operation } from '../../../lib/discovery/handler-catalog.js';
import { describeTolerated } from '../../../lib/plan/audit.js';
import { type Fallback, PlanLoader } from '../../../lib/plan/plan.loader.js';
import { PlanRegistry } from '../../../lib/plan/plan.registry.js';
import { compilerFor, inWords, routeOf } from './compiling.js';

@ServiceAuth({ auth: ['users'] })
class Protected {
  list() {}
  create() {}
  @ResourceAuth({ auth: { scopes: 'a' } }) narrowed() {}
  @ResourceAuth({ auth: ['sts'] }) other() {}
  @ResourceAuth({ auth: false }) open() {}
}
@ServiceAuth({ auth: false })
class Open {
  list() {}
}
class Bare {
  list() {}
  @ResourceAuth({ auth: ['sts'] }) own() {}
  @ResourceAuth({ auth: { scopes: 'a' } }) narrowed() {}
}

const rules = { all: [], name: 'the rules' } as never;
const route = (type: Type, name = 'list') => routeOf(type, name, 'GET', `/${name}`);
const operation = (type: Type, name = 'list'): Operation =>
  ({ ...route(type, name), kind: 'RPC message', transport: 'rpc', operation: `rpc ${name}`, label: `${type.name}.${name}` }) as never;

/** Loads the plans of handlers; with their words, and what else the loading left. */
async function load(handlers: readonly Callable[], fallback: Partial<Fallback> = {}, compiler = compilerFor()) {
  const registry = new PlanRegistry();
  const whole = { defaultAuth: undefined, unannotated: 'error', loadPaths: undefined, ...fallback } as const;
  const uncovered = await new PlanLoader(compiler, registry, whole).load(['sts'], handlers);
  const planOf = ({ transport, type, functions: [first = type] }: Callable) => registry.get(transport, type, first)?.plan;
  return { registry, uncovered, words: handlers.map((each) => inWords(planOf(each) ?? { kind: 'denied', source: 'unannotated' })), planOf };
}

describe('where there are access rules, they decide', () => {
  const loadPaths = async () => rules;

  it.each<[string, Callable, Partial<Fallback>, string]>([
    ['about a route that nothing covers', route(Bare), {}, 'by-path'],
    ['about a route that only the default covers', route(Bare), { defaultAuth: ['sts'] }, 'by-path'],
    ['about a route that the default opens', route(Bare), { defaultAuth: false }, 'by-path'],
    ['not about what its service protects', route(Protected), {}, 'service: users'],
    ['not about what its service opens', route(Open), {}, 'service: open'],
    ['not about what it protects itself', route(Bare, 'own'), {}, 'resource: sts'],
    ['not about what it opens itself', route(Protected, 'open'), {}, 'resource: open'],
    ['not about what it requires of the callers of the default', route(Bare, 'narrowed'), { defaultAuth: ['sts'] }, 'resource: sts[any a]'],
    ['not about another transport', operation(Bare), { defaultAuth: ['sts'] }, 'default: sts'],
    ['not about another transport that the default opens', operation(Bare), { defaultAuth: false }, 'default: open'],
    ['not about another transport that nothing covers', operation(Bare), { unannotated: 'deny' }, 'unannotated: denied'],
  ])('%s', async (_, handler, fallback, expected) => {
    const { registry, words } = await load([handler], { loadPaths, ...fallback });
    expect(words).toEqual([expected]);
    expect(registry.paths).toBe(rules);
  });

  it('and without them the default does', async () => {
    const { registry, words } = await load([route(Bare)], { defaultAuth: ['sts'] });
    expect([words, registry.paths]).toEqual([['default: sts'], undefined]);
  });
});

describe('the plans of an application', () => {
  it('are one for each handler, and one for all that inherit from one place', async () => {
    const inheriting = [route(Protected), route(Protected, 'create')];
    const [list, create, narrowed, other] = [...inheriting, route(Protected, 'narrowed'), route(Protected, 'other')];
    const { words, planOf } = await load([...inheriting, narrowed as Callable, other as Callable, route(Bare)], { defaultAuth: ['sts'] });
    expect(words).toEqual(['service: users', 'service: users', 'resource: users[any a]', 'resource: sts', 'default: sts']);
    expect(planOf(create as Callable)).toBe(planOf(list as Callable));
  });

  it('may be read when all are there, and not before', async () => {
    const { registry } = await load([route(Protected)]);
    expect(() => registry.checkComplete('AuthService.policy()')).not.toThrow();
    expect(() => new PlanRegistry().checkComplete('AuthService.policy()')).toThrow(
      'AuthService.policy(): was called before the application was initialized',
    );
  });

  it('tell which handlers nothing covers, where that is tolerated', async () => {
    const handlers = [route(Bare), route(Protected), operation(Bare)];
    for (const unannotated of ['allow', 'deny'] as const)
      expect((await load(handlers, { unannotated })).uncovered).toEqual(['Bare.list (GET /list)', 'Bare.list']);
    await expect(load(handlers)).rejects.toThrow(
      '2 routes are not covered by any declaration:\n    Bare.list (GET /list)\n    Bare.list\n',
    );
  });

  it.each([
    ['allow', "Open to everyone, unless their own guards refuse (unannotated: 'allow'): A.a, A.b"],
    ['deny', "Refused to everyone, because no declaration covers them (unannotated: 'deny'): A.a, A.b"],
  ] as const)('say what becomes of those with unannotated: %s', (unannotated, line) => {
    expect(describeTolerated(['A.a', 'A.b'], unannotated)).toBe(line);
  });

  it('know a method for each of its transports', async () => {
    const { registry, words } = await load([route(Protected), operation(Protected)]);
    expect(words).toEqual(['service: users', 'service: users']);
    expect(registry.routes.map(({ label }) => label)).toEqual(['Protected.list (GET /list)']);
    expect(registry.all.map(({ label, methods }) => [label, methods])).toEqual([
      ['Protected.list (GET /list)', 'safe'],
      ['Protected.list (rpc list)', 'all'],
    ]);
    expect(registry.get('ws', Protected, Protected.prototype.list)).toBeUndefined();
  });

  it('are no two for one function of a class and a transport', async () => {
    const shared = { ...route(Protected, 'create'), functions: [Protected.prototype.list] };
    await expect(load([route(Protected), shared])).rejects.toThrow(
      'Protected.create (GET /create): runs the same function as Protected.list (GET /list), so the guard cannot tell which of them is called. Write two functions.',
    );
    expect((await load([route(Protected), { ...shared, type: Open }])).words).toEqual(['service: users', 'service: open']);
  });

  it('are none for an override that repeats no declaration of the method', async () => {
    class Sub extends Protected {
      override narrowed() {}
    }
    await expect(load([route(Sub, 'narrowed')])).rejects.toThrow(
      'Sub.narrowed (GET /narrowed): overrides Protected.narrowed, which has @ResourceAuth, but has none itself.',
    );
  });

  it('are not made where something else fails than a declaration', async () => {
    const failing = compilerFor();
    failing.compile = () => Promise.reject(new TypeError('broken'));
    await expect(load([route(Protected)], {}, failing)).rejects.toThrow(new TypeError('broken'));
    await expect(load([], { loadPaths: () => Promise.reject(new TypeError('no file')) })).rejects.toThrow(new TypeError('no file'));
  });

  it('are not in force where the access rules or anything else have a mistake', async () => {
    const registry = new PlanRegistry();
    const loader = new PlanLoader(compilerFor(), registry, { defaultAuth: undefined, unannotated: 'error', loadPaths: undefined });
    await expect(loader.load([], [route(Protected)], [{ path: 'elsewhere', message: 'is wrong' }])).rejects.toThrow('elsewhere: is wrong');
    expect(registry.isComplete).toBe(false);
  });
});
