import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { AuthConfigurationError } from 'nest-service-auth';
import { AccessControl } from '../../../lib/access-control/access-control.js';
// Loaded while the clock is the real one.
import '../../../lib/access-control/load-rules.js';
import { PlanRegistry } from '../../../lib/plan/plan.registry.js';
import { compilerFor } from '../plan/compiling.js';

const rule = (context: string, secured: boolean) => `[[resource.access_control]]\ncontext = "${context}"\nsecured = ${secured}\n`;
/** Its second rule never decides, so that the reader warns as soon as it has read the file. */
const BEFORE = rule('/*', false) + rule('/a', false);
const AFTER = rule('/*', true);

const REAL = ['Date', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] as const;

let folder: string;
beforeEach(() => {
  // The clock of the looks at the file. The file system goes by the real time.
  jest.useFakeTimers({ doNotFake: [...REAL] });
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
});
afterEach(() => {
  jest.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Lets time pass, one look after the other, until something has happened. */
async function passUntil(happens: () => boolean): Promise<void> {
  for (let looks = 0; !happens(); looks++) {
    if (looks === 100) throw new Error('It did not happen.');
    jest.advanceTimersByTime(1000);
    await lookHasEnded();
  }
}

/** The next second must not begin before the file system has answered: the file would be reported as hanging. */
async function lookHasEnded(): Promise<void> {
  do await turn();
  while (process.getActiveResourcesInfo().some((name) => /^(?:FSReq|CloseReq)/.test(name)));
}

const controlOf = (option: unknown, registry: PlanRegistry, warn = (_: string) => {}) =>
  new AccessControl({ option, compiler: compilerFor(), registry, schemes: ['sts'], defaultAuth: undefined, warn });

it('a file of rules that changes while it is read for the first time is read again', async () => {
  const file = join(folder, 'deployment.toml');
  writeFileSync(file, BEFORE);
  const registry = new PlanRegistry();
  const control = controlOf({ file }, registry, () => writeFileSync(file, AFTER));
  const rules = await control.load();
  try {
    expect(rules.planFor('GET', '/a').kind).toBe('open');
    await passUntil(() => registry.paths !== undefined);
    expect(registry.paths?.planFor('GET', '/a').kind).toBe('protected');
  } finally {
    control.close();
  }
});

it.each<[unknown, string]>([
  [5, 'must be a string, not a number'],
  ['', 'must not be empty'],
])('a file of rules that is called %j is a mistake in the options', async (file, message) => {
  const control = controlOf({ file }, new PlanRegistry());
  await expect(control.load()).rejects.toThrow(new AuthConfigurationError(`AuthModule options.resourceAccessControl.file: ${message}`));
});

it('a file of rules that is not there stops the boot, and one that is a named pipe does not keep it waiting', async () => {
  const problem = (file: string, message: string) =>
    `AuthModule options.resourceAccessControl.file: cannot read the file "${file}": ${message}.`;
  const missing = join(folder, 'none.toml');
  await expect(controlOf({ file: missing }, new PlanRegistry()).load()).rejects.toThrow(problem(missing, 'there is no such file'));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(controlOf({ file: pipe }, new PlanRegistry()).load()).rejects.toThrow(problem(pipe, 'it is not a regular file'));
});

it.each<[string, string]>([
  ['emptied', ''],
  ['left with a comment', '# nothing\n'],
  ['left with the sections of others', '[server]\nhostname = "localhost"\n'],
  ['left with a default alone', '[resource_access_control]\ndefault_access_allow = true\n'],
  ['left with an empty list', 'resource.access_control = []\n'],
])('a file of rules that is %s leaves the rules as they were, and says so', async (_, text) => {
  const file = join(folder, 'deployment.toml');
  writeFileSync(file, AFTER);
  const registry = new PlanRegistry();
  const warnings: string[] = [];
  const control = controlOf({ file }, registry, (message) => void warnings.push(message));
  registry.paths = await control.load();
  try {
    writeFileSync(file, text);
    await passUntil(() => warnings.length > 0);
    expect(warnings).toEqual([
      expect.stringMatching(/^The previous access rules stay in force: .*deployment\.toml was changed and cannot be used\.\n/),
    ]);
    expect(registry.paths.planFor('GET', '/a').kind).toBe('protected');
  } finally {
    control.close();
  }
});

it('a file of rules that was broken and is mended is in force again, and says so', async () => {
  const file = join(folder, 'deployment.toml');
  writeFileSync(file, rule('/a', false));
  const registry = new PlanRegistry();
  const warnings: string[] = [];
  const control = controlOf({ file }, registry, (message) => void warnings.push(message));
  registry.paths = await control.load();
  try {
    writeFileSync(file, 'secured = ');
    await passUntil(() => warnings.length > 0);
    expect(registry.paths.planFor('GET', '/a').kind).toBe('open');
    writeFileSync(file, AFTER);
    await passUntil(() => warnings.length > 1);
    expect(warnings[1]).toBe(`The access rules are those of ${file} again.`);
    expect(registry.paths.planFor('GET', '/a').kind).toBe('protected');
  } finally {
    control.close();
  }
});

it('a file without rules is told of at boot, may stay without, and may get some', async () => {
  const file = join(folder, 'deployment.toml');
  writeFileSync(file, '');
  const registry = new PlanRegistry();
  const warnings: string[] = [];
  const control = controlOf({ file }, registry, (message) => void warnings.push(message));
  registry.paths = await control.load();
  try {
    expect(warnings).toEqual([`${file} has no access rules: every request is handled as one that no rule matches.`]);
    writeFileSync(file, '[resource_access_control]\ndefault_access_allow = true\n');
    await passUntil(() => registry.paths?.planFor('GET', '/a').kind === 'open');
    writeFileSync(file, AFTER);
    await passUntil(() => registry.paths?.planFor('GET', '/a').kind === 'protected');
    expect(warnings).toHaveLength(1);
  } finally {
    control.close();
  }
});

it('there are no access rules without the option', async () => {
  expect(controlOf(undefined, new PlanRegistry()).isConfigured).toBe(false);
  const control = controlOf({ rules: [] }, new PlanRegistry());
  expect(control.isConfigured).toBe(true);
  expect((await control.load()).size).toBe(0);
  expect(() => control.close()).not.toThrow();
});

it('a file of rules is not read any more when the application has closed', async () => {
  const file = join(folder, 'deployment.toml');
  writeFileSync(file, rule('/a', false));
  const [registry, other] = [new PlanRegistry(), new PlanRegistry()];
  const [control, open] = [controlOf({ file }, registry), controlOf({ file }, other)];
  registry.paths = await control.load();
  await open.load();
  control.close();
  try {
    writeFileSync(file, AFTER);
    await passUntil(() => other.paths !== undefined);
    expect(registry.paths.planFor('GET', '/a').kind).toBe('open');
  } finally {
    open.close();
  }
});
