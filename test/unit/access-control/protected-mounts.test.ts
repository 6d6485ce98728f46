import { type MountContext, ProtectedMounts } from '../../../lib/access-control/protected-mounts.js';
import type { Plan } from '../../../lib/plan/plan.js';
import { compilerFor, inWords } from '../plan/compiling.js';

const compiler = compilerFor();
const contextOf = (more: Partial<MountContext> = {}): MountContext => ({
  compiler,
  defaultAuth: undefined,
  loadPaths: undefined,
  report: () => undefined,
  ...more,
});
const wordsOf = (plan: Plan | undefined) => plan && inWords(plan);

/** The plan of a mount when the boot has finished. */
async function planOf(options: object, context: Partial<MountContext> = {}): Promise<string | undefined> {
  const mounts = new ProtectedMounts();
  const mount = mounts.add(options);
  (await mounts.compile(contextOf(context)))();
  return wordsOf(mount.plan);
}

describe('a protected mount', () => {
  const loadPaths = () => undefined;

  it('has a path and a list of entries', () => {
    expect(() => new ProtectedMounts().add({ at: 'queues', auth: 'sts' })).toThrow(
      expect.objectContaining({
        problems: [
          {
            path: 'AuthService.protect().at',
            message: 'must be a path as rules see it, such as "/queues": decoded, without parameters and wildcards',
          },
          { path: 'AuthService.protect().auth', message: 'must be a list of entries' },
        ],
      }),
    );
  });

  it.each<[string, object, Partial<MountContext>, string]>([
    ['its entries', { auth: ['sts'] }, {}, 'imperative: sts'],
    ['its entries before the access rules', { auth: ['sts'] }, { loadPaths }, 'imperative: sts'],
    ['its entries before the default', { auth: ['sts'] }, { defaultAuth: ['users'] }, 'imperative: sts'],
    ['the access rules', {}, { loadPaths }, 'by-path'],
    ['the access rules before the default', {}, { loadPaths, defaultAuth: ['users'] }, 'by-path'],
    ['the default', {}, { defaultAuth: ['users'] }, 'imperative: users'],
  ])('is guarded by %s', async (_, options, context, expected) => {
    expect(await planOf({ at: '/queues', ...options }, context)).toBe(expected);
  });

  it.each<[string, object, Partial<MountContext>, string]>([
    ['there are no entries', {}, {}, 'has no entries, and there are no access rules. Add entries: { at, auth: [...] }.'],
    ['the default is open', {}, { defaultAuth: false }, 'has no entries, and there are no access rules.'],
    ['the entries are none', { auth: [] }, {}, 'is an empty list'],
    ['an entry is not known', { auth: ['stz'] }, {}, '"stz" is not a known scheme. Did you mean "sts"?'],
  ])('stops the boot where %s', async (_, options, context, message) => {
    await expect(planOf({ at: '/queues', ...options }, context)).rejects.toThrow(message);
  });

  it('is reported with every other that has a mistake, by its path', async () => {
    const mounts = new ProtectedMounts();
    mounts.add({ at: '/a', auth: ['stz'] });
    mounts.add({ at: '/b', auth: ['sts'] });
    mounts.add({ at: '/c/' });
    await expect(mounts.compile(contextOf())).rejects.toMatchObject({
      problems: [{ path: "AuthService.protect({ at: '/a' })[0]" }, { path: "AuthService.protect({ at: '/c' })" }],
    });
  });

  it('has no plan before the boot has finished, and one afterwards, whenever it was added', async () => {
    const mounts = new ProtectedMounts();
    const early = mounts.add({ at: '/early', auth: ['sts'] });
    const finish = await mounts.compile(contextOf());
    const during = mounts.add({ at: '/during', auth: ['users'] });
    expect([early.plan, during.plan]).toEqual([undefined, undefined]);
    finish();
    const late = mounts.add({ at: '/late', auth: ['users'] });
    await new Promise(setImmediate);
    const plans = [early, during, late].map(({ plan }) => wordsOf(plan));
    expect(plans).toEqual(['imperative: sts', 'imperative: users', 'imperative: users']);
    expect(mounts.paths).toEqual(['/early', '/during', '/late']);
  });

  it('keeps the plan that the boot has made', async () => {
    const mounts = new ProtectedMounts();
    const mount = mounts.add({ at: '/queues', auth: ['sts'] });
    (await mounts.compile(contextOf()))();
    const { plan } = mount;
    await new Promise(setImmediate);
    expect(plan).toBeDefined();
    expect(mount.plan).toBe(plan);
  });

  it('that is added too late to stop the boot keeps no plan for a mistake, and the log says so', async () => {
    const lines: string[] = [];
    const mounts = new ProtectedMounts();
    const finish = await mounts.compile(contextOf({ report: (line) => lines.push(line) }));
    const added = [mounts.add({ at: '/during', auth: ['stz'] })];
    finish();
    added.push(mounts.add({ at: '/late' }));
    await new Promise(setImmediate);
    expect(added.map(({ plan }) => plan)).toEqual([undefined, undefined]);
    expect(lines.sort()).toEqual([
      expect.stringMatching(/^Every request to \/during\/ is refused: AuthService\.protect.*"stz" is not a known scheme/),
      expect.stringMatching(/^Every request to \/late\/ is refused: AuthService\.protect.*has no entries/),
    ]);
  });

  it.each(['/', '/queues', '/queues/', '/a/b.c'])('may be at %s', (at) => {
    expect(new ProtectedMounts().add({ at }).at).toBe(at.replace(/\/$/, ''));
  });

  it.each([
    '',
    'queues',
    '//',
    '/queues//',
    '/a//b',
    '/a/../b',
    '/a/.',
    '/a%20b',
    '/a/:id',
    '/a/*',
    '/a{/b}',
    '/a(b)',
    '/a[b]',
    '/a\\b',
    '/a?',
  ])('may not be at %j', (at) => {
    expect(() => new ProtectedMounts().add({ at })).toThrow('AuthService.protect().at: must');
  });

  it.each([
    ['/queues', '/queues', '/queues'],
    ['/queues', '/queues/', '/queues'],
    ['/queues', '/QUEUES/Jobs', '/queues/Jobs'],
    ['/queues', '/queuesX', undefined],
    ['/queues', '/other', undefined],
    ['/', '/any/thing', '/any/thing'],
  ])('at %s is asked about %s as rules see it', (at, path, expected) => {
    expect(new ProtectedMounts().add({ at }).canonical(path)).toBe(expected);
  });
});
