import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  NotFoundException,
  Scope,
  type Type,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { type Authorizer, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, bootError, eventsOf, RecordingSink } from '../support/app.js';
import { withoutHelp } from '../support/without-help.js';

@Injectable()
class Ownership {
  private readonly owners = new Map([
    ['1', 'alice'],
    ['2', 'bob'],
  ]);
  ownerOf(id: string) {
    return this.owners.get(id);
  }
}

@Module({ providers: [Ownership], exports: [Ownership] })
class OwnershipModule {}

/** Waits, and needs a provider of another module. */
@Injectable()
class OwnerOnly implements Authorizer {
  constructor(@Inject(Ownership) private readonly ownership: Ownership) {}

  async authorize({ username }: Principal, context: ExecutionContext) {
    await nextTurn();
    const { id } = context.switchToHttp().getRequest<{ params: { id: string } }>().params;
    if (id === 'down') throw new Error('the database is down');
    const owner = this.ownership.ownerOf(id);
    if (owner === undefined) throw new NotFoundException();
    return owner === username;
  }
}

@Injectable()
class NotOnSundays implements Authorizer {
  static sunday = false;
  authorize() {
    return !NotOnSundays.sunday;
  }
}

@ServiceAuth({ auth: ['keys'] })
@Controller('things')
class ThingController {
  @ResourceAuth({ auth: { authorizers: [NotOnSundays, OwnerOnly] } })
  @Get(':id')
  find() {
    return 'found';
  }

  @ResourceAuth({
    auth: [
      { scheme: 'keys', authorizers: [OwnerOnly] },
      { scheme: 'keys', scopes: 'admin' },
    ],
  })
  @Get('admin/:id')
  admin() {
    return 'found';
  }
}

const auth = {
  schemes: { keys: { apiKeyConfig: { keys: { alice: [], bob: [], root: ['admin'] } } } },
  eventSink: RecordingSink,
};

describe.each(ADAPTERS)('authorizers on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    const authorizers = [OwnerOnly, NotOnSundays];
    ({ app, url } = await startApp(
      adapter,
      appModule({ auth: { ...auth, imports: [OwnershipModule], authorizers }, controllers: [ThingController] }),
    ));
  });
  afterAll(() => app.close());
  afterEach(() => {
    NotOnSundays.sunday = false;
  });

  const status = async (path: string, key = '') =>
    (await fetch(`${url}/things/${path}`, { headers: key ? { 'x-api-key': key } : {} })).status;

  it('decide with what they inject, and with the request', async () => {
    expect([await status('1', 'alice'), await status('2', 'alice'), await status('2', 'bob')]).toEqual([200, 403, 200]);
  });

  it('are not asked about a caller who is not known', async () => {
    expect(await status('nothing')).toBe(401);
  });

  it('answer with an exception of their own', async () => {
    expect(await status('3', 'alice')).toBe(404);
    expect(eventsOf(app).at(-1)).toMatchObject({
      status: 404,
      code: 'ERR_AUTH_REFUSED_BY_AUTHORIZER',
      route: 'ThingController.find (GET /things/:id)',
    });
  });

  it('are 503 when they cannot find out', async () => {
    const response = await fetch(`${url}/things/down`, { headers: { 'x-api-key': 'alice' } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.text()).not.toContain('database');
  });

  it('must all agree', async () => {
    NotOnSundays.sunday = true;
    expect(await status('1', 'alice')).toBe(403);
    expect(eventsOf(app).at(-1)).toMatchObject({ steps: [{ outcome: 'forbidden', reason: 'refused_by_authorizer', username: 'alice' }] });
  });

  it('let a later entry admit whom they refuse', async () => {
    expect([await status('admin/1', 'alice'), await status('admin/1', 'bob'), await status('admin/1', 'root')]).toEqual([200, 403, 200]);
  });

  it('must be provided', async () => {
    const error = await bootError(
      adapter,
      appModule({ auth: { ...auth, imports: [OwnershipModule], authorizers: [NotOnSundays] }, controllers: [ThingController] }),
    );
    const cure = 'OwnerOnly is not provided. List it in AuthModule.forRoot({ authorizers: [OwnerOnly] }).';
    expect(withoutHelp(error).split('\n')).toEqual([
      `ThingController.find (GET /things/:id) @ResourceAuth.auth.authorizers[1]: ${cure}`,
      `ThingController.admin (GET /things/admin/:id) @ResourceAuth.auth[0].authorizers[0]: ${cure}`,
    ]);
  });

  it.each<[why: string, message: string, authorizer: () => Type<Authorizer>]>([
    [
      'request-scoped',
      'PerRequest is request-scoped: AuthModule and all that it uses must be singletons. Give it the default scope.',
      () => {
        @Injectable({ scope: Scope.REQUEST })
        class PerRequest extends NotOnSundays {}
        return PerRequest;
      },
    ],
    [
      'transient',
      'PerUser is transient: an authorizer must be a singleton. Give it the default scope.',
      () => {
        @Injectable({ scope: Scope.TRANSIENT })
        class PerUser extends NotOnSundays {}
        return PerUser;
      },
    ],
    [
      'made with the request',
      'SameTenant depends on REQUEST, which is request-scoped: AuthModule and all that it uses must be singletons. Remove that dependency, or give REQUEST the default scope.',
      () => {
        @Injectable()
        class SameTenant extends NotOnSundays {
          constructor(@Inject(REQUEST) readonly request: object) {
            super();
          }
        }
        return SameTenant;
      },
    ],
  ])('must not be %s', async (_, message, authorizer) => {
    const type = authorizer();
    @Controller()
    class ScopedController {
      @ResourceAuth({ auth: [{ scheme: 'keys', authorizers: [type] }] })
      @Get()
      get() {}
    }
    const error = await bootError(adapter, appModule({ auth: { ...auth, authorizers: [type] }, controllers: [ScopedController] }));
    expect(withoutHelp(error)).toBe(`ScopedController.get (GET /) @ResourceAuth.auth[0].authorizers[0]: ${message}`);
  });
});
