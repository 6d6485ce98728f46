import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Delete, Get, type INestApplication, Logger, Param } from '@nestjs/common';
import { AuthService, type ResourceAccessControl } from 'nest-service-auth';
import { ADAPTERS, type AdapterName, startApp } from '../support/adapters.js';
import { appModule, bootError } from '../support/app.js';

@Controller()
class ShelfController {
  @Get('shelf')
  list() {
    return 'shelf';
  }
  @Delete('shelf/:id')
  remove(@Param('id') id: string) {
    return id;
  }
  @Get('caf%C3%A9/:id')
  coffee() {
    return 'coffee';
  }
}

const moduleWith = (resourceAccessControl: ResourceAccessControl, auth = {}) =>
  appModule({
    auth: { schemes: { keys: { apiKeyConfig: { keys: { alice: [] } } } }, resourceAccessControl, ...auth },
    controllers: [ShelfController],
  });
const rulesFor = (context: string, more = {}): ResourceAccessControl => ({
  rules: [{ context, secured: true, ...more }],
  defaultAccess: 'deny',
});
const configure = (app: INestApplication) => void app.setGlobalPrefix('api');

async function warningsOf(adapter: AdapterName, module: object, before: (app: INestApplication) => void = configure): Promise<string[]> {
  const warnings: string[] = [];
  const logger = { log: () => undefined, error: () => undefined, warn: (message: string) => void warnings.push(message) };
  const { app } = await startApp(adapter, module, { logger, configure: before });
  await app.close();
  Logger.overrideLogger(false);
  return warnings;
}

describe.each(ADAPTERS)('a secured rule that protects nothing, on %s', (adapter) => {
  it.each<[string, string, object, RegExp]>([
    ['a misspelled path', '/api/shelv', {}, /no route has such a path\. Did you mean "\/api\/shelf"\?/],
    ['a global prefix that was forgotten', '/shelf/*', {}, /no route has such a path\. Did you mean "\/api\/shelf"\?/],
    [
      'a method that no route has',
      '/api/shelf',
      { httpMethod: 'POST' },
      /its methods are not those of ShelfController\.list \(GET \/api\/shelf\)/,
    ],
    ['what a middleware may answer', '/board/*', {}, /no route has such a path\..*AuthService\.protect\(\{ at \}\)/],
    ['an escape', '/api/caf%C3%A9/*', {}, /no request has such a path\. Rules see a path decoded once/],
    ['an escape in small letters', '/api/caf%c3%a9/*', {}, /no request has such a path/],
    ['an empty segment', '/api//shelf', {}, /no request has such a path/],
    ['a segment of dots', '/api/x/../shelf', {}, /no request has such a path/],
    ['a dot at the end', '/api/shelf/.', {}, /no request has such a path/],
    ['a matrix parameter', '/api/shelf;v=1', {}, /no route has such a path/],
    ['letters of another case', '/API/shelf', {}, /no route has such a path/],
  ])('stops the boot: %s', async (_, context, more, message) => {
    const error = await bootError(adapter, moduleWith(rulesFor(context, more)), { configure });
    expect(error.problems.map(({ path }) => path)).toEqual(['AuthModule options.resourceAccessControl.rules[0].context']);
    expect(error.message).toMatch(message);
  });

  it.each([
    ['a slash at the end', '/api/shelf/'],
    ['no slash in front', 'api/shelf'],
    ['something before the slash', 'x/api/shelf'],
    ['a query', '/api/shelf\\?x=1'],
    ['what can never be', '/api/shelf(?!)'],
    ['an end before the end', '/api/$shelf'],
    ['an escaped percent sign', '/api/caf\\%C3\\%A9/.*'],
    ['one character more than the route', '/api/shelf/[0-9]/x'],
  ])('stops the boot as a regular expression, too: %s', async (_, context) => {
    const rules: ResourceAccessControl = { contextSyntax: 'regex', rules: [{ context, secured: true }] };
    expect((await bootError(adapter, moduleWith(rules), { configure })).message).toMatch(
      /protects nothing: no (route|request) has such a path/,
    );
  });

  it.each<[string, ResourceAccessControl]>([
    ['a route', rulesFor('/api/shelf')],
    ['a route, with a slash at the end of a glob', rulesFor('/api/shelf/')],
    ['some values of a parameter', { contextSyntax: 'regex', rules: [{ context: '/api/shelf/[0-9]{4}-[a-f]+', secured: true }] }],
    ['HEAD of a GET route', rulesFor('/api/shelf', { httpMethod: 'HEAD' })],
    ['letters beyond ASCII, decoded', rulesFor('/api/café/*')],
    ['everything', rulesFor('/*')],
    ['nothing, but opens it', { rules: [{ context: '/nothing', secured: false }] }],
  ])('is none where it is about %s', async (_, rules) => {
    expect(await warningsOf(adapter, moduleWith(rules))).toEqual([]);
  });

  it('is none where AuthService.protect() guards the path', async () => {
    const before = (app: INestApplication) => {
      configure(app);
      app.use('/board', app.get(AuthService).protect({ at: '/board' }));
    };
    expect(await warningsOf(adapter, moduleWith(rulesFor('/board/jobs/*')), before)).toEqual([]);
  });

  it('is told of in one warning where uncoveredRules says so', async () => {
    const warnings = await warningsOf(adapter, moduleWith(rulesFor('/nothing'), { uncoveredRules: 'warn' }));
    expect(warnings).toEqual([
      expect.stringMatching(/^Some secured access rules protect nothing:\n {2}AuthModule .*rules\[0\]\.context: "\/nothing"/),
    ]);
  });

  it('names the raw route that it is about', async () => {
    const before = (app: INestApplication) => void app.getHttpAdapter().get('/metrics', () => undefined);
    const error = await bootError(adapter, moduleWith(rulesFor('/metrics')), { configure: before });
    expect(error.message).toMatch(/GET \/metrics is registered outside Nest, where no guard runs\. .*AuthService\.protect/);
  });

  it.each<[string, ResourceAccessControl, boolean]>([
    ['a rule for it', rulesFor('/api/*'), true],
    [
      'a rule for a part of it',
      {
        rules: [
          { context: '/api/docs/private', secured: true },
          { context: '/api/*', secured: false },
        ],
      },
      true,
    ],
    [
      'an open rule before the secured one',
      {
        rules: [
          { context: '/api/docs/*', secured: false },
          { context: '/api/*', secured: true },
        ],
      },
      false,
    ],
    [
      'an open rule for some of its methods',
      {
        rules: [
          { context: '/api/docs/*', secured: false, httpMethod: 'GET' },
          { context: '/api/*', secured: true },
        ],
      },
      true,
    ],
  ])('and rawRoutes contradict each other where there is %s: %j %s', async (_, rules, contradicts) => {
    const module = moduleWith(rules, { rawRoutes: ['/api/docs/*'], uncoveredRules: 'warn' });
    if (contradicts)
      expect((await bootError(adapter, module, { configure })).message).toMatch(
        /rawRoutes\[0\]: "\/api\/docs\/\*" is listed as open, but .* requires authentication there/,
      );
    else expect(await warningsOf(adapter, module)).toEqual([]);
  });
});

describe('in a file, a secured rule that protects nothing', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rules-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const fileOf = (text: string) => {
    const file = join(folder, 'deployment.toml');
    writeFileSync(file, text);
    return file;
  };
  const UNCOVERED =
    '[[resource.access_control]]\ncontext = "/nothing"\nsecured = true\n[[resource.access_control]]\ncontext = "/a//b"\nsecured = true\n';

  it('is told of in one warning, with its line', async () => {
    const [warning, ...others] = await warningsOf('express', moduleWith({ file: fileOf(UNCOVERED) }));
    expect(warning).toMatch(/protect nothing:\n {2}line 1, resource\.access_control\[0\]\.context: "\/nothing".*\n {2}line 4, /);
    expect(others).toEqual([]);
  });

  it("stops the boot with uncoveredRules: 'error'", async () => {
    const error = await bootError('express', moduleWith({ file: fileOf(UNCOVERED) }, { uncoveredRules: 'error' }));
    expect(error.problems.map(({ path }) => path.replace(folder, ''))).toEqual([
      '/deployment.toml line 1, resource.access_control[0].context',
      '/deployment.toml line 4, resource.access_control[1].context',
    ]);
  });

  it('is nothing where the file has no rule at all: that is told', async () => {
    expect(await warningsOf('express', moduleWith({ file: fileOf('') }, { defaultAuth: ['keys'] }))).toEqual([
      expect.stringContaining('deployment.toml has no access rule'),
    ]);
  });
});
