import { jest } from '@jest/globals';
import { Compilation } from '../../../lib/boot/compilation.js';
import { MODULE_LOG } from '../../../lib/operator/operator-log.js';
import { PlanRegistry } from '../../../lib/plan/plan.registry.js';
import type { ResolvedAuthOptions } from '../../../lib/resolved-options.js';
import { compilerFor } from '../plan/compiling.js';

const NOTHING = { planned: [], covered: [], problems: [], warnings: [] };
const CATALOG = { controllers: [], providers: [], handlers: [], routes: [], operations: [] };

interface Given {
  readonly options?: Partial<ResolvedAuthOptions>;
  readonly rules?: boolean;
}

/** Plans of an application without handlers. */
function compilation({ options = {}, rules = false }: Given) {
  const registry = new PlanRegistry();
  const calls: string[] = [];
  const note = (name: string, result?: unknown) => async () => {
    calls.push(name);
    return result;
  };
  const bodies: (() => Buffer)[] = [];
  const mounts = {
    compile: async ({ report }: { report(mistake: string): void }) => {
      report('a mistake in a mount');
      return note('opened');
    },
  };
  const parts = [
    { explain: 'log', rawRoutes: [], schemes: {}, unannotated: 'error', defaultAuth: undefined, ...options },
    compilerFor(),
    registry,
    { isConfigured: rules, load: note('rules') },
    { findings: () => NOTHING },
    { surface: note('surface', {}), reportRawRoutes: note('raw routes') },
    mounts,
    { check: () => NOTHING },
    { check: note('servers') },
    { all: note('authenticators', []) },
    { open: (body: () => Buffer) => void bodies.push(body) },
  ];
  const subject = new Compilation(...(parts as unknown as ConstructorParameters<typeof Compilation>));
  return { run: () => subject.run(CATALOG), registry, calls, document: () => bodies[0]?.() };
}

describe('the plans of an application', () => {
  const error = jest.spyOn(MODULE_LOG, 'error');
  beforeEach(() => void error.mockReset().mockImplementation(() => undefined));
  afterAll(() => error.mockRestore());

  it('report a mistake of a mount that is made late', async () => {
    await compilation({}).run();
    expect(error.mock.calls).toEqual([['a mistake in a mount']]);
  });

  it.each<[string, Given, boolean]>([
    ['access rules', { rules: true }, true],
    ['raw routes, whose patterns may be wrong', { options: { rawRoutes: ['/metrics'] } }, true],
    ['neither', {}, false],
  ])('look at the paths of the application before they are made where there are %s', async (_, given, looks) => {
    const { run, calls } = compilation(given);
    await run();
    expect(calls.includes('surface')).toBe(looks);
  });

  it('are told of in one document, until the access rules are replaced', async () => {
    const resource = { url: 'https://api.test/', authorizationServers: ['https://id.test'] };
    const { run, document, registry } = compilation({ options: { resource } });
    await run();
    const first = document();
    expect(document()).toBe(first);
    registry.paths = { all: [] } as never;
    const second = document();
    expect(second).not.toBe(first);
    expect(document()).toBe(second);
  });
});
