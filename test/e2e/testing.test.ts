import { Controller, Get, type INestApplication, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AuthGuard, AuthModule, type Authorizer, CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { as, overrideAuth, policyOf, startTestIssuer, testContext, testPrincipal } from 'nest-service-auth/testing';
import request from 'supertest';
import { ApiKeyStrategy } from '../support/api-key.strategy.js';
import { AppModule, closeAll, NotMallory, running, ShelfController, start } from '../support/overridden-app.js';

afterEach(closeAll);

describe('an application whose authentication is overridden', () => {
  let app: INestApplication;
  beforeEach(async () => {
    app = await start({ imports: [AppModule] });
  });
  const get = (path: string, caller?: Parameters<typeof as>[0]) =>
    request(app.getHttpServer())
      .get(`/shelf${path}`)
      .set(caller === undefined ? {} : as(caller));

  test('knows the caller whom as() makes, as the scheme would', async () => {
    const answer = await get('', { username: 'carol', scopes: ['read'], claims: { tenant: 'a' } }).expect(200);
    expect(answer.body).toEqual({
      scheme: 'staff',
      method: 'jwt',
      username: 'carol',
      scopes: ['read'],
      roles: [],
      permissions: [],
      claims: { tenant: 'a' },
    });
  });

  test('keeps the requirements, with their challenges', async () => {
    const answer = await get('', { username: 'dave', scopes: [] }).expect(403);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="api", error="insufficient_scope", scope="read"');
  });

  test('answers a caller without credentials as the real strategies do', async () => {
    expect((await get('').expect(401)).headers['www-authenticate']).toBe('Bearer realm="api"');
    expect((await get('/users').expect(401)).headers['www-authenticate']).toBe('Basic realm="api", charset="UTF-8"');
    expect((await get('/machines').expect(401)).headers['www-authenticate']).toContain('ClientCertificate realm="api"');
    expect((await get('/tools').expect(401)).headers['www-authenticate']).toBe('ApiKey realm="api"');
    expect((await get('/tools', { username: 't' }).expect(403)).headers['www-authenticate']).toBe('ApiKey realm="api", scope="run"');
    expect((await get('/open').expect(200)).text).toBe('open');
  });

  test('accepts no real credentials, whatever they are', async () => {
    const ask = (path: string, authorization: string) => request(app.getHttpServer()).get(`/shelf${path}`).set({ authorization });
    await ask('', 'Bearer eyJhbGciOiJub25lIn0.e30.').expect(401);
    await ask('/users', `Basic ${btoa('alice:secret')}`).expect(401);
    await ask('', 'Test 00000000-0000-0000-0000-000000000000').expect(401);
    await ask('', 'Test').expect(401);
  });

  test('gives roles their permissions, and asks the authorizers', async () => {
    const post = (caller: Parameters<typeof as>[0]) => request(app.getHttpServer()).post('/shelf').set(as(caller));
    await post({ username: 'carol', roles: ['keeper'] }).expect(201);
    await post({ username: 'carol' }).expect(403);
    await post({ username: 'mallory', roles: ['keeper'] }).expect(403);
  });

  test('has a caller for each way in', async () => {
    expect((await get('/partners', { username: 'p' })).body).toMatchObject({ scheme: 'partners', method: 'introspection' });
    expect((await get('/users', { username: 'u' })).body).toMatchObject({ scheme: 'users', method: 'basic' });
    const machine = await get('/machines', { username: 'm' });
    expect(machine.body).toMatchObject({ scheme: 'machines', method: 'mtls', certificate: { subject: 'CN=m' } });
  });

  test('lets the test choose the way in by method or by scheme', async () => {
    expect((await get('/machines', { username: 'carol', method: 'jwt' })).body).toMatchObject({ scheme: 'staff', method: 'jwt' });
    expect((await get('/machines', { username: 'carol', scheme: 'staff' })).body).toMatchObject({ scheme: 'staff' });
    await get('/users', { username: 'carol', method: 'jwt' }).expect(401);
  });

  test('needs every way in of an allOf entry', async () => {
    await get('/both', { username: 'carol', method: 'jwt' }).expect(401);
    const both = await get('/both', { username: 'carol', method: 'jwt', certificate: true }).expect(200);
    expect(both.body).toMatchObject({ username: 'carol', method: 'jwt', certificate: { subject: 'CN=carol' } });
  });

  test('does not mix the callers of requests that run at the same time', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `user-${index}`);
    const answers = await Promise.all(names.map((username) => get('', { username, scopes: ['read'] })));
    expect(answers.map(({ body }) => body.username)).toEqual(names);
  });

  test('shows its policy', () => {
    const rows = policyOf(app);
    expect(rows).toHaveLength(8);
    expect(JSON.stringify(rows)).toContain('"restock"');
  });
});

describe('an application under test that keeps its authentication', () => {
  test('does not know the callers of as()', async () => {
    const secret = 'a secret of at least thirty-two bytes';
    const schemes = { staff: { jwtValidatorConfig: { signatureConfig: { secret } } } };
    const module = { imports: [AuthModule.forRoot({ schemes, defaultAuth: ['staff'] })] };
    @Controller()
    class HomeController {
      @Get() home() {
        return 'home';
      }
    }
    const builder = Test.createTestingModule({ ...module, controllers: [HomeController] });
    const app = (await builder.setLogger(false as never).compile()).createNestApplication();
    running.push(await app.init());
    await request(app.getHttpServer())
      .get('/')
      .set(as({ username: 'carol' }))
      .expect(401);
  });

  test("can have the guard replaced as Nest's documentation says", async () => {
    const builder = Test.createTestingModule({ imports: [AppModule] }).setLogger(false as never);
    overrideAuth(builder)
      .overrideGuard(AuthGuard)
      .useValue({ canActivate: () => true });
    const app = (await builder.compile()).createNestApplication();
    running.push(await app.init());
    await request(app.getHttpServer()).get('/shelf/users').expect(200);
  });
});

describe('the checks of the boot', () => {
  test('still stop an application with a route that nothing covers', async () => {
    @Controller('forgotten')
    class ForgottenController {
      @Get() find() {
        return '';
      }
    }
    await expect(start({ imports: [AppModule], controllers: [ForgottenController] })).rejects.toThrow(/GET \/forgotten/);
  });

  test('still stop an application that names an unknown scheme', async () => {
    @ServiceAuth({ auth: ['staf'] })
    @Controller('typo')
    class TypoController {
      @Get() find() {
        return '';
      }
    }
    await expect(start({ imports: [AppModule], controllers: [TypoController] })).rejects.toThrow(/"staf" is not a known scheme/);
  });
});

describe('a slice of an application, without AuthModule', () => {
  test('gets the module, with the schemes that its declarations name', async () => {
    @Module({ controllers: [ShelfController], providers: [NotMallory] })
    class ShelfModule {}
    const app = await start({ imports: [ShelfModule] });
    const ask = (path: string, caller: Parameters<typeof as>[0]) => request(app.getHttpServer()).get(path).set(as(caller));
    await ask('/shelf', { username: 'carol', scopes: ['read'] }).expect(200);
    await ask('/shelf', { username: 'carol' }).expect(403);
    await ask('/shelf/both', { username: 'carol' }).expect(200);
    await request(app.getHttpServer()).get('/shelf').expect(401);
  });

  test('takes the options that the application would give the module', async () => {
    @Controller('plain')
    class PlainController {
      @Get() find(@CurrentPrincipal() who: Principal | undefined) {
        return `${who?.username}`;
      }
    }
    await expect(start({ controllers: [PlainController] })).rejects.toThrow(/GET \/plain/);
    const app = await start({ controllers: [PlainController] }, { module: { unannotated: 'allow' } });
    await request(app.getHttpServer()).get('/plain').expect(200);
  });
});

describe('a strategy of the application', () => {
  test('has a stand-in, without being configured', async () => {
    @ServiceAuth({ auth: [{ apiKeyConfig: { keys: {} } } as never] })
    @Controller('keys')
    class KeyController {
      @Get() who(@CurrentPrincipal() who: Principal) {
        return who;
      }
    }
    const imports = [AuthModule.forRoot({ strategies: [ApiKeyStrategy] })];
    const app = await start({ imports, controllers: [KeyController] });
    const answer = await request(app.getHttpServer())
      .get('/keys')
      .set(as({ username: 'carol' }))
      .expect(200);
    expect(answer.body).toMatchObject({ method: 'apiKey', username: 'carol' });
  });
});

describe('what a test makes by hand', () => {
  test('a principal and a context are enough to test an authorizer', () => {
    @Injectable()
    class OwnerOnly implements Authorizer {
      authorize(who: Principal, context: Parameters<Authorizer['authorize']>[1]) {
        return context.switchToHttp().getRequest<{ params: { owner: string } }>().params.owner === who.username;
      }
    }
    const authorizer = new OwnerOnly();
    const context = testContext({ request: { params: { owner: 'alice' } } });
    expect(authorizer.authorize(testPrincipal(), context)).toBe(true);
    expect(authorizer.authorize(testPrincipal({ username: 'bob' }), context)).toBe(false);
  });
});

describe('in production', () => {
  const environment = process.env.NODE_ENV;
  afterEach(() => {
    process.env.NODE_ENV = environment;
  });

  test('nothing of it works', async () => {
    process.env.NODE_ENV = 'production';
    expect(() => as({ username: 'carol' })).toThrow(/NODE_ENV is "production"/);
    expect(() => overrideAuth(Test.createTestingModule({ imports: [AppModule] }))).toThrow(/NODE_ENV is "production"/);
    await expect(startTestIssuer()).rejects.toThrow(/NODE_ENV is "production"/);
  });
});
