import { ProtectedMounts } from '../../../lib/access-control/protected-mounts.js';
import { openPaths, placeOfMount, placeOfRawRoute, unguarded } from '../../../lib/access-control/surface.js';
import { SurfaceCatalog } from '../../../lib/access-control/surface-catalog.js';
import type { RawRoute, RawRoutes } from '../../../lib/discovery/raw-routes.js';

const raw = (path: string): RawRoute => ({ method: 'GET', path });

describe('a route that is registered outside Nest', () => {
  it.each<[string, string, string[], string[], boolean]>([
    ['that nothing names', '/metrics', [], [], true],
    ['that is listed as open', '/metrics', ['/metrics'], [], false],
    ['that is listed as open with others', '/metrics/x', ['/docs/*', '/metrics/*'], [], false],
    ['of which a part is listed as open', '/metrics/:name', ['/metrics/cpu'], [], true],
    ['of which two halves are listed as open', '/metrics{/:name}', ['/metrics', '/metrics/*'], [], false],
    ['that a mount guards', '/queues/jobs', [], ['/queues'], false],
    ['that is beside a mount', '/queuesX', [], ['/queues'], true],
    ['with a parameter that a mount guards', '/queues/:id/log', [], ['/board', '/queues'], false],
    ['by a regular expression', '^\\/queues', [], ['/queues'], true],
    ['by a regular expression, where everything is guarded', '^\\/queues', [], [''], false],
  ])('%s', (_, path, open, mounts, isReported) => {
    const places = unguarded({
      routes: [],
      mounts: mounts.map(placeOfMount),
      raw: [placeOfRawRoute(raw(path))],
      open: openPaths(open),
    });
    expect(places.map(({ label }) => label)).toEqual(isReported ? [`GET ${path}`] : []);
  });

  it('is not listed as open by what is no glob', () => {
    expect(() => openPaths(['/docs', '/a(b)', 'docs'])).toThrow(
      expect.objectContaining({
        problems: [
          { path: 'AuthModule options.rawRoutes[1]', message: expect.stringContaining('is not a glob') },
          { path: 'AuthModule options.rawRoutes[2]', message: expect.stringContaining('must begin with "/"') },
        ],
      }),
    );
  });
});

describe('the report of routes outside Nest', () => {
  /** What is registered before, and what Fastify adds until it is ready. */
  function catalogOf(routes: RawRoute[], more: readonly RawRoute[] = [], early?: string) {
    const reported = new Set<string>();
    const rawRoutes: Partial<RawRoutes> = {
      early,
      list: () => routes,
      news: (names) => {
        const news = names.filter((name) => !reported.has(name));
        for (const name of news) reported.add(name);
        return news;
      },
      onReady: async (look) => {
        routes.push(...more);
        await look();
      },
    };
    const mounts = new ProtectedMounts();
    mounts.add({ at: '/queues' });
    return new SurfaceCatalog(rawRoutes as RawRoutes, mounts);
  }
  const linesOf = async (catalog: SurfaceCatalog, open: string[] = []) => {
    const lines: string[] = [];
    await catalog.reportRawRoutes([], open, (line) => void lines.push(line));
    return lines;
  };
  const line = (routes: string) =>
    `Registered outside Nest, where no guard runs: ${routes}. Guard them with AuthService.protect({ at }), or list them in rawRoutes if they are meant to be open.`;

  it('names those that are neither guarded nor listed, in one line', async () => {
    const routes = [raw('/metrics'), raw('/docs'), raw('/queues/jobs'), raw('/live')];
    expect(await linesOf(catalogOf(routes), ['/docs'])).toEqual([line('GET /metrics, GET /live')]);
  });

  it('is empty where there are none', async () => {
    expect(await linesOf(catalogOf([]))).toEqual([]);
    expect(await linesOf(catalogOf([raw('/docs')]), ['/docs'])).toEqual([]);
  });

  it('is completed when Fastify has loaded its plugins, and says nothing twice', async () => {
    expect(await linesOf(catalogOf([raw('/metrics')], [raw('/late')]))).toEqual([line('GET /metrics'), line('GET /late')]);
  });

  it('has what was registered before the application was made', async () => {
    expect(await linesOf(catalogOf([], [], '└── /early (GET)'))).toEqual([
      line('\n└── /early (GET)\n(registered before the application was made)'),
    ]);
  });

  it('is of the places of the application', async () => {
    const { raw: places, mounts, open, routes } = await catalogOf([raw('/metrics')]).surface([], ['/docs']);
    expect([places, mounts].map((each) => each.map(({ label, method, patterns }) => [label, method, patterns]))).toEqual([
      [['GET /metrics', 'GET', ['/metrics']]],
      [['/queues', 'ALL', ['/queues{/*below}']]],
    ]);
    expect([open.map(({ source }) => source), routes]).toEqual([['/docs'], []]);
  });
});
