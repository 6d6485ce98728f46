import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ArgumentsHost, Catch, Controller, type ExceptionFilter, Get, type HttpException, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AccessDeniedException, type AuthEntry, AuthModule, AuthService, ServiceAuth, UnauthenticatedException } from 'nest-service-auth';
import { ADAPTERS, createApp, type RunningApp, startApp } from '../../support/adapters.js';
import { RecordingSink } from '../../support/app.js';
import { CASES } from './cases.js';
import { type Fixtures, startFixtures } from './fixtures.js';

type Json = Readonly<Record<string, unknown>>;

/** What a caller shows: credentials by name, or the text of a header; neither for a request without any. */
interface Shown {
  readonly credentials?: string | null;
  readonly authorization?: string;
}

interface ImperativeCase extends Shown {
  readonly id: string;
  readonly config: string;
  readonly scopes?: string | readonly string[];
  /** What the handler was given. */
  readonly via: 'request' | 'headers' | 'header';
  readonly status: number;
  readonly ours?: number;
  readonly differs?: string;
  readonly principal?: Json;
  readonly claims?: Json;
}

interface ImperativeCases {
  readonly configs: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly cases: readonly ImperativeCase[];
  readonly interceptor: {
    readonly scopes: readonly string[];
    readonly cases: readonly (Shown & { readonly id: string; readonly status: number })[];
  };
}

const { configs, cases, interceptor } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'imperative-cases.json'), 'utf8'),
) as ImperativeCases;

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures(CASES);
});
afterAll(() => fixtures.close());

async function headerOf({ credentials, authorization }: Shown): Promise<string | undefined> {
  return credentials === undefined || credentials === null ? authorization : fixtures.authorization(credentials);
}

function entryOf(name: string): AuthEntry {
  const completed = Object.entries(configs[name] ?? {}).map(([key, config]) => [key, fixtures.complete(key, config)]);
  return Object.fromEntries(completed);
}

describe('Ballerina’s imperative design', () => {
  let service: AuthService;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const app = await createApp('express', { module: class {}, imports: [AuthModule.forRoot({ eventSink: RecordingSink })] });
    await app.init();
    service = app.get(AuthService);
    close = () => app.close();
  });
  afterAll(() => close());

  /** What the handler of a case says: the status that it stands for, and the caller. */
  async function handle({ config, scopes, via, ...shown }: ImperativeCase) {
    const header = await headerOf(shown);
    const fields =
      header === undefined
        ? { headers: {}, rawHeaders: [] }
        : { headers: { authorization: header }, rawHeaders: ['Authorization', header] };
    const input = { request: { method: 'GET', url: '/foo', ...fields }, headers: fields, header }[via];
    try {
      const principal = await service.authenticate(input, [entryOf(config)]);
      try {
        if (scopes !== undefined) await service.authorize(principal, { scopes });
        return { status: 200, principal };
      } catch (error) {
        return { status: statusOf(error), principal };
      }
    } catch (error) {
      return { status: statusOf(error) };
    }
  }

  function statusOf(error: unknown): number {
    if (error instanceof UnauthenticatedException || error instanceof AccessDeniedException) return error.getStatus();
    throw error;
  }

  const rows = cases.map((each) => {
    const title = `${each.id}: ${each.credentials ?? JSON.stringify(each.authorization ?? null)} gets ${each.ours ?? each.status}`;
    return { ...each, title: each.differs === undefined ? title : `${title} (differs: ${CASES.differences[each.differs]})` };
  });

  it.each(rows)('$title', async (row) => {
    const { status, principal } = await handle(row);
    expect(status).toBe(row.ours ?? row.status);
    if (row.principal !== undefined) expect(principal).toMatchObject(row.principal);
    if (row.claims !== undefined) expect(principal?.claims).toMatchObject(row.claims);
  });
});

@Catch(UnauthenticatedException, AccessDeniedException)
class OwnFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(exception: HttpException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse();
    this.host.httpAdapter.setHeader(response, 'last-interceptor', 'own-filter');
    this.host.httpAdapter.reply(response, { own: exception.message }, exception.getStatus());
  }
}

describe.each(ADAPTERS)('Ballerina’s response error interceptors, which are exception filters here, on %s', (adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    const config = fixtures.complete('fileUserStoreConfig', {});

    @ServiceAuth({ auth: [{ fileUserStoreConfig: config, scopes: interceptor.scopes }] })
    @Controller('auth')
    class Service {
      @Get()
      greet() {
        return 'Hello World!';
      }
    }

    @Module({ imports: [AuthModule.forRoot({ eventSink: RecordingSink })], controllers: [Service] })
    class ListenerModule {}

    running = await startApp(adapter, ListenerModule, {
      configure: (app) => void app.useGlobalFilters(new OwnFilter(app.get(HttpAdapterHost))),
    });
  });
  afterAll(() => running.app.close());

  it.each(interceptor.cases)('$id gets $status from the filter', async ({ status, ...shown }) => {
    const authorization = await headerOf(shown);
    const response = await fetch(`${running.url}/auth`, { headers: authorization === undefined ? {} : { authorization } });
    expect(response.status).toBe(status);
    expect(response.headers.get('last-interceptor')).toBe('own-filter');
    expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="api", charset="UTF-8"' : null);
    expect(await response.json()).toEqual({ own: status === 401 ? 'Unauthorized' : 'Forbidden' });
  });
});

it('carries every case over', () => {
  const ids = cases.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !id.endsWith('(not expired)'))).toHaveLength(51);
  expect(interceptor.cases).toHaveLength(3);
});
