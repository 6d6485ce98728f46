import { Controller, Get, Header, type Type } from '@nestjs/common';
import { AuthModule, ResourceAuth, type ResourceDeclaration, ServiceAuth, type ServiceDeclaration } from 'nest-service-auth';
import { ADAPTERS, type RunningApp, startApp } from '../../support/adapters.js';
import { bootError } from '../../support/app.js';
import { CASES, type DeclarativeCase, type RecordedResource, type RecordedService } from './cases.js';
import { type Fixtures, startFixtures } from './fixtures.js';

type Json = Readonly<Record<string, unknown>>;

/** Whether a route is written as Ballerina's was, or as ours must be where they differ. */
type Writing = 'as recorded' | 'as ours';

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures(CASES);
});
afterAll(() => fixtures.close());

function entryOf(recorded: Json): Json {
  const completed = Object.entries(recorded).map(([key, value]) => [key, key === 'scopes' ? value : fixtures.complete(key, value as Json)]);
  return Object.fromEntries(completed);
}

function declarationOf(auth: readonly Json[] | Json): ResourceDeclaration {
  return (Array.isArray(auth) ? auth.map(entryOf) : auth) as ResourceDeclaration;
}

function declarationOfResource({ auth, differs }: RecordedResource, writing: Writing): ResourceDeclaration | undefined {
  if (auth !== null) return declarationOf(auth);
  return differs === 'unannotated' && writing === 'as ours' ? false : undefined;
}

function controllerOf({ base, auth, resources }: RecordedService, writing: Writing): Type {
  @Controller(base)
  class Service {}
  if (auth !== null) ServiceAuth({ auth: declarationOf(auth) as ServiceDeclaration })(Service);
  for (const [index, resource] of resources.entries()) {
    const name = `resource${index}`;
    const descriptor = { value: () => 'Hello World!', configurable: true, writable: true };
    Object.defineProperty(Service.prototype, name, descriptor);
    Get(resource.name === '.' ? '' : resource.name)(Service.prototype, name, descriptor);
    Header('Content-Type', 'text/plain')(Service.prototype, name, descriptor);
    const declaration = declarationOfResource(resource, writing);
    if (declaration !== undefined) ResourceAuth({ auth: declaration })(Service.prototype, name, descriptor);
  }
  return Service;
}

function appOf(services: readonly RecordedService[], writing: Writing): object {
  const controllers = services.map((service) => controllerOf(service, writing));
  return { module: class ListenerModule {}, imports: [AuthModule.forRoot({})], controllers };
}

const unannotated = CASES.services.filter(({ resources }) => resources.some(({ differs }) => differs === 'unannotated'));

const rows = CASES.services.flatMap(({ base, resources }) =>
  resources.flatMap((resource) => resource.cases.map((each) => rowOf(base, resource, each))),
);

function rowOf(
  base: string,
  resource: RecordedResource,
  { id, credentials, status, ours = status, differs = resource.differs }: DeclarativeCase,
) {
  const path = resource.name === '.' ? base : `${base}/${resource.name}`;
  const difference = differs === undefined ? '' : ` (differs: ${CASES.differences[differs]})`;
  return { path, credentials, expected: ours, title: `${id}: ${credentials ?? 'nobody'} gets ${ours}${difference}` };
}

describe.each(ADAPTERS)('Ballerina’s declarative design on %s', (adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(adapter, appOf(CASES.services, 'as ours'));
  });
  afterAll(() => running.app.close());

  it.each(rows)('$title', async ({ path, credentials, expected }) => {
    const headers = credentials === null ? {} : { authorization: await fixtures.authorization(credentials) };
    const response = await fetch(running.url + path, { headers });
    expect(response.status).toBe(expected);
    if (expected === 200) expect(await response.text()).toBe('Hello World!');
    if (expected === 401) expect(response.headers.get('www-authenticate')).toMatch(/^(Bearer|Basic) /);
  });

  it('refuses at boot the routes that Ballerina opens because nothing is said of them', async () => {
    const { message } = await bootError(adapter, appOf(unannotated, 'as recorded'));
    expect(message).toContain('3 routes are not covered by any declaration');
    for (const path of ['foo', 'bar', 'baz']) expect(message).toContain(`(GET /baz/${path})`);
  });
});

it('carries every case over', () => {
  const ids = CASES.services.flatMap(({ resources }) => resources.flatMap(({ cases }) => cases.map(({ id }) => id)));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !id.endsWith('(not expired)'))).toHaveLength(120);
});
