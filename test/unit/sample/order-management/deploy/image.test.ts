import { existsSync, readFileSync } from 'node:fs';
import { runtimePackage } from '../../../../../sample/order-management/deploy/runtime-package.js';
import { loadSettings, type Settings } from '../../../../../sample/order-management/settings.js';
import { copiesOf, DOCKERFILE, environmentOf, lineOf, readStages, type Stage, textsOf } from '../../../../support/deployment/dockerfile.js';
import { closureOf, environmentReads, mainOf, serviceNames } from '../../../../support/deployment/services.js';

const SERVICES = serviceNames();
const PORTS: Readonly<Record<string, keyof Settings>> = {
  sts: 'stsPort',
  'inventory-service': 'inventoryPort',
  'order-service': 'orderPort',
  'api-gateway': 'gatewayPort',
};
/** Nest and its pipes load these by themselves. */
const LOADED_BY_NEST = ['@nestjs/platform-express', 'class-transformer', 'class-validator', 'reflect-metadata', 'rxjs'];

const stages = readStages();
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const image = (service: string): Stage[] => lineOf(stages, service);
/** What the build makes of a source file. */
const compiled = (file: string) => file.replace(/^sample\//, 'sample/dist/').replace(/\.ts$/, '.js');
const last = <T>(list: readonly T[]): T | undefined => list.at(-1);

/** Whether a file is among what an image takes out of the build. */
function isCopied(service: string, file: string): boolean {
  const sources = copiesOf(image(service)).flatMap(({ from, sources }) => (from === 'build' ? sources : []));
  return sources.some((source) => {
    const path = source.replace(/^\/app\//, '');
    return path.endsWith('/*.js') ? new RegExp(`^${path.replace('*', '[^/]+')}$`).test(file) : file.startsWith(`${path}/`);
  });
}

describe('the Dockerfile', () => {
  it('has a target for every service, and none besides', () => {
    const targets = stages.filter(({ base }) => base === 'runtime').map(({ name }) => name);
    expect(targets.sort()).toEqual([...SERVICES].sort());
    expect(SERVICES.length).toBeGreaterThan(3);
  });

  it.each(SERVICES)('starts %s from what the build makes of its main file', (service) => {
    expect(existsSync(mainOf(service))).toBe(true);
    expect(JSON.parse(last(textsOf(image(service), 'CMD')) ?? '')).toEqual(['node', compiled(mainOf(service))]);
  });

  it.each(SERVICES)('exposes the port of %s that its settings have', async (service) => {
    const settings = await loadSettings({ ISSUE_CERTIFICATES: 'no' });
    expect(textsOf(image(service), 'EXPOSE')).toEqual([String(settings[PORTS[service]!])]);
  });

  it.each(SERVICES)('has every file that %s imports', (service) => {
    const { files } = closureOf(mainOf(service));
    expect(files.length).toBeGreaterThan(5);
    expect(files.map(compiled).filter((file) => !isCopied(service, file))).toEqual([]);
  });

  it.each(SERVICES)('has nothing of the other services in the image of %s', (service) => {
    const others = SERVICES.filter((other) => other !== service);
    expect(others.filter((other) => isCopied(service, compiled(mainOf(other))))).toEqual([]);
  });

  it('copies only what is there', () => {
    const fromContext = copiesOf(stages).flatMap(({ from, sources }) => (from === undefined ? sources : []));
    expect(fromContext).toContain('package-lock.json');
    expect(fromContext.filter((source) => !existsSync(source))).toEqual([]);
  });

  it('builds with scripts that package.json has', () => {
    const scripts = textsOf(stages, 'RUN').flatMap((text) => [...text.matchAll(/npm run (\S+)/g)].map(([, name = '']) => name));
    expect(scripts).toEqual(['build']);
    expect(manifest.scripts.build).toContain('npm run --silent build:library && npm run --silent build:samples');
  });

  it('installs only what package-lock.json has, and for running nothing that is for development', () => {
    const installing = textsOf(stages, 'RUN').flatMap((text) =>
      text.split(' && ').filter((command) => /npm (ci|i|install)\b/.test(command)),
    );
    expect(installing).toEqual(['npm ci', 'npm ci --omit=dev --ignore-scripts']);
    expect(textsOf(image('sts'), 'RUN')).toEqual([]);
  });

  it.each(SERVICES)('runs %s as a user that is not root, by number, on a slim Node that the package supports', (service) => {
    expect(last(textsOf(image(service), 'USER'))).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    const [, major] = /^node:(\d+)-slim$/.exec(image(service)[0]?.base ?? '') ?? [];
    const [, needed] = /(\d+)/.exec(manifest.engines.node) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(Number(needed));
  });

  it.each(SERVICES)('takes everything of the image of %s out of other stages, and nothing from the machine it is built on', (service) => {
    expect(copiesOf(image(service)).map(({ from }) => from)).not.toContain(undefined);
    expect(textsOf(image(service), 'ADD')).toEqual([]);
  });

  it('has no secret in it, not even the name of one', () => {
    const texts = [...textsOf(stages, 'ENV'), ...textsOf(stages, 'ARG'), ...textsOf(stages, 'LABEL')];
    expect(texts).not.toEqual([]);
    expect(texts.join('\n')).not.toMatch(/secret|password|token|private/i);
  });

  it('leaves keys and certificates, and what was built elsewhere, out of the context of the build', () => {
    const patterns = readFileSync(`${DOCKERFILE}.dockerignore`, 'utf8').split('\n');
    expect(patterns).toEqual(
      expect.arrayContaining(['*', '**/.certificates', '**/*.key', '**/*.pem', '**/.env', '**/node_modules', 'sample/dist']),
    );
    const allowed = patterns.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const needed = copiesOf(stages).flatMap(({ from, sources }) => (from === undefined ? sources : []));
    expect(needed.filter((source) => !allowed.includes(source))).toEqual([]);
  });

  it.each(SERVICES)('sets only variables in %s that its code reads', (service) => {
    const { files } = closureOf(mainOf(service));
    const { NODE_ENV, ...variables } = environmentOf(image(service));
    expect(NODE_ENV).toBe('production');
    expect(Object.keys(variables)).toEqual(
      expect.arrayContaining(['LISTEN_HOST', 'HEALTH_PORT', 'METRICS_PORT', 'CERTIFICATES', 'ISSUE_CERTIFICATES']),
    );
    expect(Object.keys(variables).filter((name) => !environmentReads(files).has(name))).toEqual([]);
  });

  it('asks for the health of a container with a program that is in it, and Node alone', () => {
    const [check = ''] = textsOf(image('sts'), 'HEALTHCHECK');
    const command = JSON.parse(check.replace(/^.*?CMD /, ''));
    expect(command).toEqual(['node', compiled('sample/support/process/probe/main.ts')]);
    expect(existsSync('sample/support/process/probe/main.ts')).toBe(true);
    expect(SERVICES.filter((service) => !isCopied(service, command[1]))).toEqual([]);
  });
});

describe('the package.json of the images', () => {
  const { dependencies } = runtimePackage(manifest);

  it.each(SERVICES)('has every package that %s imports', (service) => {
    const { packages } = closureOf(mainOf(service));
    expect(packages).toContain('nest-service-auth');
    expect(packages.filter((name) => name !== 'nest-service-auth' && dependencies[name] === undefined)).toEqual([]);
  });

  it('has what the library itself and Nest need, and nothing that is not used', () => {
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining([...Object.keys(manifest.dependencies), ...LOADED_BY_NEST]));
    const imported = new Set(SERVICES.flatMap((service) => closureOf(mainOf(service)).packages));
    const unused = Object.keys(dependencies).filter((name) => !imported.has(name) && !LOADED_BY_NEST.includes(name));
    expect(unused.filter((name) => manifest.dependencies[name] === undefined)).toEqual([]);
  });

  it('fits the lock file: every range is the one of the repository', () => {
    const ranges = { ...manifest.devDependencies, ...manifest.dependencies };
    expect(Object.entries(dependencies).filter(([name, range]) => ranges[name] !== range)).toEqual([]);
    const locked = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
    expect(Object.keys(dependencies).filter((name) => locked[`node_modules/${name}`] === undefined)).toEqual([]);
  });

  it('goes with the library as it is packed: its modules import packages that only the package contains', () => {
    const runs = textsOf(lineOf(stages, 'build'), 'RUN');
    expect(runs).toContainEqual(expect.stringContaining('npm run build && node pack/bundle.js'));
  });

  it('keeps the name by which the services import the library', () => {
    expect(runtimePackage(manifest)).toMatchObject({ name: 'nest-service-auth', type: 'module', exports: manifest.exports });
  });

  it('is refused, by name, where the repository lacks a package', () => {
    const { rxjs: _, ...devDependencies } = manifest.devDependencies;
    expect(() => runtimePackage({ ...manifest, devDependencies })).toThrow('Not among the devDependencies of package.json: rxjs');
  });
});

describe('the table of variables in docs/deploying.md', () => {
  const rows = readFileSync('docs/deploying.md', 'utf8').matchAll(/^\| (`[A-Z].*?`) \|.*$/gm);
  const documented = [...rows].flatMap(([row]) => [...row.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`/g)].map(([, name = '']) => name));

  it('has every variable that a service reads, and no other', () => {
    const read = environmentReads(SERVICES.flatMap((service) => closureOf(mainOf(service)).files));
    expect(new Set(documented)).toEqual(new Set([...read, 'CERTIFICATES', 'OTEL_TRACES_SAMPLER'].filter((name) => name.includes('_'))));
  });
});
