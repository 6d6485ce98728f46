import type { Type } from '@nestjs/common';
import { loadPathRules } from '../../../lib/access-control/load-rules.js';
import { openPaths, placeOfMount, placeOfRawRoute, placeOfRoute, type Surface } from '../../../lib/access-control/surface.js';
import { AuthConfigurationError } from '../../../lib/errors.js';
import { compilerFor, routeOf } from '../plan/compiling.js';

class Shelf {
  list() {}
}
const place = (method: string, ...paths: string[]) => placeOfRoute(routeOf(Shelf as Type, 'list', method, ...paths));
const application: Surface = {
  routes: [
    place('GET', '/api/shelf'),
    place('GET', '/api/shelf/:id'),
    place('DELETE', '/api/shelf/:id'),
    place('ALL', '/all'),
    place('POST', '/upload', '/api/upload'),
  ],
  mounts: [placeOfMount('/board')],
  raw: [placeOfRawRoute({ method: 'GET', path: '/metrics' }), placeOfRawRoute({ method: 'POST', path: '/metrics' })],
  open: openPaths(['/docs/*', '/live']),
};
const context = { compiler: compilerFor(), schemes: ['sts'], defaultAuth: undefined };
const load = (rules: readonly object[], more = {}, surface = application) =>
  loadPathRules({ contextSyntax: 'glob', ...more, rules }, { ...context, surface });
const rule = (path: string, httpMethod: unknown = 'all', secured = true) => ({ context: path, httpMethod, secured });

async function problemsOf(rules: readonly object[], more = {}, surface = application) {
  const reason: unknown = await load(rules, more, surface).then(
    () => undefined,
    (error) => error,
  );
  if (reason !== undefined && !(reason instanceof AuthConfigurationError)) throw reason;
  return (reason?.problems ?? []).map(({ path, message }) => `${path.replace('AuthModule options.', '')}: ${message}`);
}

describe('a secured rule protects something', () => {
  it.each<[string, object]>([
    ['where a route has its path and method', rule('/api/shelf', 'GET')],
    ['where a route has one of its methods', rule('/api/shelf', ['POST', 'GET'])],
    ['where a GET route answers HEAD', rule('/api/shelf', 'HEAD')],
    ['where one of two routes has its method', rule('/api/shelf/7', 'DELETE')],
    ['where one of the paths of a route matches', rule('/api/upload', 'POST')],
    ['where a route has all methods', rule('/all', 'PATCH')],
    ['where a mount has its path', rule('/board/jobs', 'PUT')],
    ['where a part of its paths exists', rule('/api/*')],
    ['or opens', rule('/nothing', 'all', false)],
  ])('%s', async (_, each) => {
    expect(await problemsOf([each])).toEqual([]);
  });

  const place0 = (path: string) => `resourceAccessControl.rules[0].context: "${path}" protects nothing: `;
  const CURE = 'Correct the rule, remove it, or protect its paths with AuthService.protect({ at }).';

  it.each<[string, object, string]>([
    [
      'a method of no route',
      rule('/api/shelf', 'POST'),
      'its methods are not those of Shelf.list (GET /api/shelf). Correct httpMethod, or remove the rule.',
    ],
    [
      'a method of neither of two routes',
      rule('/api/shelf/7', 'PUT'),
      'its methods are not those of Shelf.list (GET /api/shelf/:id) and 1 more. Correct httpMethod, or remove the rule.',
    ],
    [
      'HEAD of a route for POST',
      rule('/upload', 'HEAD'),
      'its methods are not those of Shelf.list (POST /upload). Correct httpMethod, or remove the rule.',
    ],
    ['a path outside Nest', rule('/metrics', 'PUT'), `GET /metrics and 1 more is registered outside Nest, where no guard runs. ${CURE}`],
    ['a misspelt path', rule('/api/shelv'), `no route has such a path. Did you mean "/api/shelf"? ${CURE}`],
    ['a path without the prefix', rule('/shelf'), `no route has such a path. Did you mean "/api/shelf"? ${CURE}`],
    ['a path without the prefix and with a parameter', rule('/shelf/*/x'), `no route has such a path. ${CURE}`],
    ['a path below a parameter', rule('/api/shelf/7/8'), `no route has such a path. Did you mean "/api/shelf/:id"? ${CURE}`],
    ['a path that nothing is like', rule('/quite/another'), `no route has such a path. ${CURE}`],
  ])('and stops the boot where it does not: %s', async (_, each, message) => {
    expect(await problemsOf([each])).toEqual([`${place0((each as { context: string }).context)}${message}`]);
  });

  it('and stops the boot where no request has its path', async () => {
    expect(await problemsOf([rule('/api//shelf')])).toEqual([
      expect.stringMatching(/protects nothing: no request has such a path\. Rules see a path decoded once/),
    ]);
  });

  it('and every one that does not is reported', async () => {
    const problems = await problemsOf([rule('/nothing'), rule('/api/shelf'), rule('/none')]);
    expect(problems.map((each) => each.slice(0, 38))).toEqual([
      'resourceAccessControl.rules[0].context',
      'resourceAccessControl.rules[2].context',
    ]);
  });

  it('and is told of at boot where it is in a file', async () => {
    const text = '[[resource.access_control]]\ncontext = "/nothing"\nsecured = true\n';
    const rules = await loadPathRules({ file: 'FILE' }, { ...context, surface: application }, text);
    expect(rules.warnings()).toEqual([
      expect.stringMatching(
        /^Some secured access rules protect nothing:\n {2}line 1, resource\.access_control\[0\]\.context: "\/nothing" protects nothing/,
      ),
    ]);
    expect(
      (await loadPathRules({ file: 'FILE' }, { ...context, surface: application }, text.replace('/nothing', '/all'))).warnings(),
    ).toEqual([]);
  });
});

describe('a path that is listed as open', () => {
  const contradiction = (index: number, source: string, place: string, example: string) =>
    `rawRoutes[${index}]: "${source}" is listed as open, but ${place} requires authentication there (${example}, for instance), and no guard runs there. Protect it with AuthService.protect({ at }) instead, or put a rule with secured: false before the other.`;
  const routes = [...application.routes, place('ALL', '/docs/*all'), place('ALL', '/live'), place('ALL', '/docs')];
  const of = (...rules: readonly object[]) => problemsOf(rules, {}, { ...application, routes });

  it('is a mistake where a rule requires authentication there', async () => {
    const rules = 'AuthModule options.resourceAccessControl.rules';
    expect(await of(rule('/live'))).toEqual([contradiction(1, '/live', `${rules}[0] (/live)`, '/live')]);
    expect(await of(rule('/all'), rule('/docs/private', 'POST'))).toEqual([
      contradiction(0, '/docs/*', `${rules}[1] (/docs/private)`, '/docs/private'),
    ]);
  });

  it('is a mistake without an example where it takes too long to find one', async () => {
    // Only as many letters as are a multiple of both primes are left.
    const allBut = (prime: number) => rule(`/(?!(?:a{${prime}})+$)a+`, 'all', false);
    const surface = { ...application, routes: [place('ALL', '/a')], open: openPaths(['/*']) };
    expect(await problemsOf([allBut(149), allBut(151), rule('/a+')], { contextSyntax: 'regex' }, surface)).toEqual([
      expect.stringContaining('rules[2] (/a+) requires authentication there, and no guard runs there.'),
    ]);
  });

  it.each<[string, object[], number]>([
    ['a rule about another path', [rule('/all')], 0],
    ['an open rule', [rule('/docs/*', 'all', false)], 0],
    ['an open rule before the secured one', [rule('/docs/*', 'all', false), rule('/docs/private')], 0],
    ['an open rule for some of the methods before it', [rule('/docs/*', 'GET', false), rule('/docs/private')], 1],
    ['an open rule for the same method before it', [rule('/docs/*', 'GET', false), rule('/docs/private', 'GET')], 0],
    ['an open rule for some of the paths before it', [rule('/docs/a', 'all', false), rule('/docs/*')], 1],
    ['an open rule after it', [rule('/docs/private'), rule('/docs/*', 'all', false)], 1],
    ['two secured rules', [rule('/docs/private'), rule('/live')], 2],
  ])('and its mistakes are those of %s', async (_, rules, count) => {
    expect(await of(...rules)).toHaveLength(count);
  });
});
