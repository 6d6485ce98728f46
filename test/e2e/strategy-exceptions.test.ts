import {
  BadRequestException,
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  type INestApplication,
  Inject,
  Injectable,
  InternalServerErrorException,
  NotFoundException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type Authenticator, type Authorizer, AuthService, type AuthStrategy, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { type Behaviour, tell } from '../support/probe.strategy.js';

/** What another copy of `@nestjs/common` throws: the same methods, another class. */
class ForeignException extends Error {
  constructor(private readonly status: unknown) {
    super('foreign');
  }
  getStatus() {
    return this.status;
  }
  getResponse() {
    return { statusCode: this.status, message: 'foreign' };
  }
}

const THROWN: Readonly<Record<string, () => unknown>> = {
  unauthorized: () => new UnauthorizedException(),
  bad: () => new BadRequestException(),
  missing: () => new NotFoundException(),
  forbidden: () => new ForbiddenException(),
  often: () => new HttpException('slow down', 429),
  foreign401: () => new ForeignException(401),
  foreign403: () => new ForeignException(403),
  foreign500: () => new ForeignException(500),
  foreignNonsense: () => new ForeignException('401'),
  unavailable: () => new ServiceUnavailableException(),
  internal: () => new InternalServerErrorException(),
  upstream: () =>
    Object.assign(new Error('upstream refused this application'), { status: 401, statusCode: 401, response: { status: 401 } }),
  redirect: () => new HttpException('moved', 302),
};

@Injectable()
class ThrowingStrategy implements AuthStrategy {
  readonly configKey = 'throwingConfig';

  prepare(): Authenticator {
    const authenticate: Authenticator['authenticate'] = ({ headers }) => {
      const thrown = THROWN[String(headers['x-throw'])];
      if (thrown === undefined) return { outcome: 'absent' };
      if (headers['x-later'] === undefined) throw thrown();
      return Promise.reject(thrown());
    };
    return { challenges: [{ scheme: 'Throwing' }], authenticate };
  }
}

/** Has `AuthService` look at the request, and makes something of its own of what that says. */
@Injectable()
class DelegatingStrategy implements AuthStrategy {
  readonly configKey = 'delegatingConfig';

  constructor(@Inject(ModuleRef) private readonly modules: ModuleRef) {}

  prepare(): Authenticator {
    const entries = [{ scheme: 'probe', scopes: 'read' }];
    return {
      challenges: [{ scheme: 'Bearer' }],
      authenticate: async (request) => ({
        outcome: 'accepted',
        principal: await this.modules.get(AuthService, { strict: false }).authenticate(request, entries),
      }),
    };
  }
}

@Injectable()
class ForeignAuthorizer implements Authorizer {
  authorize(): boolean {
    throw new ForeignException(404);
  }
}

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    throwingConfig: object;
    delegatingConfig: object;
  }
}

@ServiceAuth({ auth: ['throwing'] })
@Controller()
class StrategyController {
  @Get('throwing')
  throwing() {
    return 'in';
  }

  @ResourceAuth({ auth: ['delegating'] })
  @Get('delegating')
  delegating() {
    return 'in';
  }

  @ResourceAuth({ auth: [{ scheme: 'probe', authorizers: [ForeignAuthorizer] }] })
  @Get('authorized')
  authorized() {
    return 'in';
  }
}

describe.each(ADAPTERS)('an exception that a strategy throws, on %s,', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    const auth = {
      schemes: { throwing: { throwingConfig: {} }, delegating: { delegatingConfig: {} }, probe: { probeConfig: { header: 'x-a' } } },
      strategies: [ThrowingStrategy, DelegatingStrategy],
      authorizers: [ForeignAuthorizer],
      eventSink: RecordingSink,
    };
    ({ app, url } = await startApp(adapter, appModule({ auth, controllers: [StrategyController] })));
  });
  afterAll(() => app.close());
  const ask = (path: string, headers: Record<string, string>) => fetch(`${url}/${path}`, { headers });
  const last = () => eventsOf(app).at(-1)?.steps;

  it.each<[string, number, string, string]>([
    ['unauthorized', 401, 'rejected', 'refused_by_exception'],
    ['bad', 401, 'rejected', 'refused_by_exception'],
    ['missing', 401, 'rejected', 'refused_by_exception'],
    ['foreign401', 401, 'rejected', 'refused_by_exception'],
    ['forbidden', 403, 'forbidden', 'refused_by_exception'],
    ['foreign403', 403, 'forbidden', 'refused_by_exception'],
    ['often', 429, 'rejected', 'refused_by_exception'],
    ['unavailable', 503, 'unavailable', 'could_not_find_out'],
    ['internal', 503, 'unavailable', 'could_not_find_out'],
    ['foreign500', 503, 'unavailable', 'could_not_find_out'],
    ['foreignNonsense', 503, 'unavailable', 'could_not_find_out'],
    ['upstream', 503, 'unavailable', 'could_not_find_out'],
    ['redirect', 503, 'unavailable', 'could_not_find_out'],
  ])('(%s) is answered %i', async (name, status, outcome, reason) => {
    for (const headers of [{ 'x-throw': name }, { 'x-throw': name, 'x-later': 'yes' }]) {
      const response = await ask('throwing', headers);
      expect(response.status).toBe(status);
      expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Throwing realm="api"' : null);
      expect(response.headers.get('retry-after')).toBe(status === 429 || status === 503 ? '5' : null);
      expect(last()).toMatchObject([{ scheme: 'throwing', outcome, reason }]);
    }
  });

  it.each<[string, Behaviour | undefined, number, string, string | null, string | null]>([
    ['nothing came', undefined, 401, 'absent', 'Bearer realm="api"', null],
    ['it was bad', { reject: 'bad' }, 401, 'rejected', 'Bearer realm="api", error="invalid_token"', null],
    ['a scope is missing', { accept: {} }, 403, 'forbidden', 'Bearer realm="api", error="insufficient_scope"', null],
    ['there were too many', { reject: 'many', retryAfter: 30 }, 429, 'rejected', null, '30'],
    ['it could not be found out', { unavailable: 'down', retryAfter: 40 }, 503, 'unavailable', null, '40'],
    ['it is good', { accept: { scopes: ['read'] } }, 200, '', null, null],
  ])('by AuthService says the same as AuthService: %s', async (_, behaviour, status, outcome, challenge, retryAfter) => {
    const response = await ask('delegating', behaviour === undefined ? {} : tell({ 'x-a': behaviour }));
    expect(response.status).toBe(status);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    if (status !== 200) expect(last()).toMatchObject([{ scheme: 'delegating', outcome }]);
  });

  it('by an authorizer is its answer, also where another copy of Nest made it', async () => {
    const response = await ask('authorized', tell({ 'x-a': { accept: {} } }));
    expect([response.status, await response.json()]).toEqual([404, { statusCode: 404, message: 'foreign' }]);
  });
});
