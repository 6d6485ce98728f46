import { HttpException, NotFoundException } from '@nestjs/common';
import { AuthUnavailableException, UnauthenticatedException } from 'nest-service-auth';
import { Mount } from '../../../../lib/access-control/protected-mounts.js';
import { ANONYMOUS_CALLER } from '../../../../lib/guard/anonymous-caller.js';
import { createPrincipal } from '../../../../lib/principal.js';
import { MountGuard } from '../../../../lib/transport/http/mount-guard.js';

const alice = createPrincipal({ scheme: 'keys', method: 'api-key', username: 'alice' });
const UNAVAILABLE = new AuthUnavailableException();
const NOT_FOUND = new NotFoundException();
const PROTECTED = { kind: 'protected' } as const;

interface Trial {
  readonly at?: string;
  readonly isBooted?: boolean;
  readonly hasRules?: boolean;
  /** What the credentials of a request are found to be. */
  readonly decide?: () => unknown;
  /** The `this` of a hook of Fastify. */
  readonly plugin?: object;
  readonly dependsOnCase?: boolean;
}

/** What becomes of a request: `next`, a reason of a refusal, or an error. */
async function outcomeOf(
  request: object,
  { at = '/queues', isBooted = true, hasRules = true, decide = () => alice, plugin, dependsOnCase }: Trial = {},
) {
  const told: unknown[] = [];
  const kept: unknown[] = [];
  const refusals = {
    ofPath: () => 'ambiguous path',
    ofEveryCaller: (_: unknown, reason: string) => reason,
    beforeBoot: () => 'before boot',
    ofError: (_: unknown, error: unknown) => (error instanceof HttpException ? error : UNAVAILABLE),
  };
  const labels = new Set<string>();
  const noting =
    (refuse: (...args: never[]) => unknown) =>
    (called: { label: string }, ...rest: never[]) => {
      labels.add(called.label);
      return (refuse as (...args: unknown[]) => unknown)(called, ...rest);
    };
  const door = {
    refusals: Object.fromEntries(Object.entries(refusals).map(([name, refuse]) => [name, noting(refuse as never)])),
    follow: (_: unknown, __: unknown, ___: unknown, called: { label: string }) => {
      labels.add(called.label);
      return decide();
    },
  };
  const asked: string[] = [];
  const paths = {
    dependsOnCase: () => dependsOnCase === true,
    planFor: (method: string, path: string) => {
      asked.push(`${method} ${path}`);
      return PROTECTED;
    },
  };
  const http = { announce: () => told.push('announced'), principals: { keep: (_: unknown, caller: unknown) => kept.push(caller) } };
  const answers = { answer: (outcome: unknown) => told.push(outcome) };
  const mount = Object.assign(new Mount({ at }), { plan: isBooted ? { kind: 'by-path' } : undefined });
  const guard = new MountGuard(door as never, { paths: hasRules ? paths : undefined } as never, http as never, answers as never);
  guard.protect(mount).call(plugin, request, {}, (error) => void told.push(error ?? 'next'));
  await new Promise((resolve) => setImmediate(resolve));
  return { told, kept, asked, labels: [...labels] };
}

const requestOf = (url: string, more: object = {}) => ({ method: 'GET', url, headers: {}, rawHeaders: [], ...more });
const ADMITTED = ['announced', 'next'];

describe('a request to a mount', () => {
  it.each<[string, unknown, unknown[]]>([
    ['admits the caller', alice, [alice]],
    ['admits a request without credentials', ANONYMOUS_CALLER, [undefined]],
    ['is open', true, []],
  ])('goes on where its plan %s, now or later', async (_, verdict, kept) => {
    for (const decide of [() => verdict, async () => verdict])
      expect(await outcomeOf(requestOf('/queues/jobs'), { decide })).toMatchObject({ told: ADMITTED, kept, labels: ['protect(/queues)'] });
  });

  it('is answered with the refusal', async () => {
    const refusal = new UnauthenticatedException();
    for (const decide of [() => refusal, async () => refusal])
      expect(await outcomeOf(requestOf('/queues'), { decide })).toMatchObject({ told: [refusal], kept: [] });
  });

  it.each<[string, Error, unknown]>([
    ['answered with the refusal of an error where it could not be checked', new RangeError('of the application'), UNAVAILABLE],
    ['handed on with an answer of the application', NOT_FOUND, NOT_FOUND],
  ])('is %s', async (_, error, told) => {
    const fails = () => {
      throw error;
    };
    for (const decide of [fails, async () => fails()])
      expect(await outcomeOf(requestOf('/queues'), { decide })).toMatchObject({ told: [told], kept: [], labels: ['protect(/queues)'] });
  });

  it('is refused until the boot has finished', async () => {
    expect((await outcomeOf(requestOf('/queues'), { isBooted: false })).told).toEqual(['before boot']);
    expect((await outcomeOf(requestOf('/queues'), { hasRules: false })).told).toEqual(['before boot']);
  });

  it.each(['/queues//jobs', '/queues/..;/jobs', '/queues/%2e%2e/jobs'])('is refused where its path is ambiguous: %s', async (url) => {
    expect((await outcomeOf(requestOf(url))).told).toEqual(['ambiguous path']);
  });

  it('is refused where only the case of a letter decides, unless the router chose the route', async () => {
    expect((await outcomeOf(requestOf('/queues/Jobs'), { dependsOnCase: true })).told).toEqual(['ambiguous path']);
    const routed = requestOf('/queues/Jobs', { routeOptions: { url: '/queues/*' } });
    expect((await outcomeOf(routed, { dependsOnCase: true })).told).toEqual(ADMITTED);
  });

  it('that guards everything says so', async () => {
    expect((await outcomeOf(requestOf('/any'), { at: '/' })).labels).toEqual(['protect(/)']);
  });
});

describe('the path and the method of a request', () => {
  it.each<[string, object, string]>([
    ['as they came', requestOf('/queues/jobs?page=1'), 'GET /queues/jobs'],
    ['below the mount of Express', requestOf('/jobs', { baseUrl: '/queues' }), 'GET /queues/jobs'],
    ['without the mount of middie', requestOf('/jobs', { originalUrl: '/queues/jobs' }), 'GET /queues/jobs'],
    ['with the same original URL', requestOf('/queues/jobs', { originalUrl: '/queues/jobs' }), 'GET /queues/jobs'],
    ['on Fastify', { raw: requestOf('/queues/jobs'), url: '/elsewhere' }, 'GET /queues/jobs'],
    ['of the route', requestOf('/queues', { method: 'POST', routeOptions: { method: 'GET', url: '/queues' } }), 'GET /queues'],
    ['among those of the route', requestOf('/queues', { method: 'HEAD', routeOptions: { method: ['GET', 'HEAD'] } }), 'HEAD /queues'],
    ['not among those of the route', requestOf('/queues', { method: 'PUT', routeOptions: { method: ['GET', 'HEAD'] } }), 'GET /queues'],
    ['of a route without methods', requestOf('/queues', { method: 'PUT', routeOptions: { method: [] } }), 'PUT /queues'],
  ])('%s decide', async (_, request, expected) => {
    expect((await outcomeOf(request)).asked).toEqual([expected]);
  });
});

describe('a request to another path', () => {
  it.each<[string, object, Trial]>([
    ['of the whole application', requestOf('/orders'), {}],
    ['of a router above the mount', requestOf('/orders', { baseUrl: '/admin' }), { at: '/admin/queues' }],
    ['of a router above the mount, in another case', requestOf('/orders', { baseUrl: '/ADMIN' }), { at: '/admin/queues' }],
    ['of a plugin above the mount', requestOf('/admin/orders'), { at: '/admin/queues', plugin: { prefix: '/admin' } }],
    ['of a plugin with a slash at its end', requestOf('/admin/orders'), { at: '/admin/queues', plugin: { prefix: '/admin/' } }],
    ['of a plugin without a prefix', requestOf('/orders'), { plugin: { prefix: 7 } }],
    ['below the mount of middie above it', requestOf('/orders', { originalUrl: '/admin/orders' }), { at: '/admin/queues' }],
  ])('%s goes on without a check', async (_, request, trial) => {
    expect(await outcomeOf(request, trial)).toMatchObject({ told: ADMITTED, asked: [], kept: [] });
  });

  it.each<[string, object, Trial]>([
    ['at another path', requestOf('/jobs', { baseUrl: '/admin' }), {}],
    ['at a path that begins alike', requestOf('/jobs', { baseUrl: '/queue' }), {}],
    ['in a plugin elsewhere', requestOf('/admin/jobs'), { plugin: { prefix: '/admin' } }],
    [
      'in a plugin elsewhere, with the original URL',
      requestOf('/admin/jobs', { originalUrl: '/admin/jobs' }),
      { plugin: { prefix: '/admin' } },
    ],
    ['by middie elsewhere', requestOf('/jobs', { originalUrl: '/admin/jobs' }), {}],
  ])('is refused where the guard is mounted %s: it would guard nothing', async (_, request, trial) => {
    expect((await outcomeOf(request, trial)).told).toEqual(['mounted_elsewhere']);
  });
});
