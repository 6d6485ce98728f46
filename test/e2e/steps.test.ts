import { Controller, Get, type INestApplication, Post } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, type Principal, ResourceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { ApiKeyStrategy } from '../support/api-key.strategy.js';
import { type Behaviour, ProbeStrategy, tell } from '../support/probe.strategy.js';

const probe = (header: string, method = 'probe') => ({ probeConfig: { header, method, challenges: [{ scheme: header.slice(2) }] } });

@Controller()
class StepsController {
  @ResourceAuth({ auth: [{ scheme: 'a', scopes: 's' }, 'b', { scheme: 'c', permissions: '/p/q' }] })
  @Get('any')
  any(@CurrentPrincipal() { username, scheme, permissions }: Principal) {
    return { username, scheme, permissions };
  }

  @ResourceAuth({ auth: [{ allOf: ['machine', 'a'], scopes: { all: ['m', 's'] } }, 'b'] })
  @Post('both')
  both(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

const module = {
  module: class AppModule {},
  controllers: [StepsController],
  imports: [
    AuthModule.forRoot({
      schemes: { a: probe('x-a'), b: probe('x-b'), c: probe('x-c'), machine: probe('x-machine', 'mtls') },
      roles: { manager: ['/p', '/r'], reader: ['/p/other'] },
      strategies: [ProbeStrategy, ApiKeyStrategy],
    }),
  ],
};

const accept = (username: string, rest: Behaviour['accept'] = {}): Behaviour => ({ accept: { username, ...rest } });
const eventually = (behaviour: Behaviour): Behaviour => ({ ...behaviour, later: true });
const good = accept('good', { scopes: ['s'] });
const weak = accept('weak');
const bad: Behaviour = { reject: 'bad' };
const down: Behaviour = { unavailable: 'down' };
const garbage: Behaviour = { garbage: { outcome: 'maybe' } };

describe.each(ADAPTERS)('the ways into a route on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    ({ app, url } = await startApp(adapter, module));
  });
  afterAll(() => app.close());

  const enter = async (path: string, behaviours: Record<string, Behaviour>) => {
    const response = await fetch(`${url}/${path}`, { method: path === 'both' ? 'POST' : 'GET', headers: tell(behaviours) });
    return { status: response.status, ...((await response.json()) as { username?: string; scheme?: string; permissions?: string[] }) };
  };

  it.each<[string, Record<string, Behaviour>, number, string | null]>([
    ['nobody', {}, 401, null],
    ['the first', { 'x-a': good }, 200, 'a'],
    ['the first, before others that would do', { 'x-a': good, 'x-b': accept('b'), 'x-c': bad }, 200, 'a'],
    ['the second', { 'x-b': accept('b') }, 200, 'b'],
    ['the second, after a rejection', { 'x-a': bad, 'x-b': accept('b') }, 200, 'b'],
    ['the second, after one that may not', { 'x-a': weak, 'x-b': accept('b') }, 200, 'b'],
    ['the second, after one that is down', { 'x-a': down, 'x-b': accept('b') }, 200, 'b'],
    ['the second, after garbage', { 'x-a': garbage, 'x-b': accept('b') }, 200, 'b'],
    ['the third, whose role grants it', { 'x-c': accept('c', { roles: ['manager'] }) }, 200, 'c'],
    ['the third, without a role', { 'x-c': accept('c', { roles: ['reader', 'nobody'] }) }, 403, null],
    ['a rejection', { 'x-b': bad }, 401, null],
    ['a rejection and one that may not', { 'x-a': weak, 'x-b': bad }, 403, null],
    ['one that may not and one that is down', { 'x-a': weak, 'x-b': down }, 403, null],
    ['a rejection and one that is down', { 'x-a': bad, 'x-b': down }, 503, null],
    ['a rejection with a wait', { 'x-a': { reject: 'slow_down', retryAfter: 3 } }, 429, null],
    ['garbage', { 'x-a': garbage }, 503, null],
    ['an acceptance of nobody', { 'x-a': { garbage: { outcome: 'accepted' } } }, 503, null],
  ])('%s', async (_, behaviours, status, scheme) => {
    for (const when of [(each: Behaviour) => each, eventually]) {
      const told = Object.fromEntries(Object.entries(behaviours).map(([header, behaviour]) => [header, when(behaviour)]));
      const answer = await enter('any', told);
      expect([answer.status, answer.scheme ?? null]).toEqual([status, scheme]);
    }
  });

  it('gives the handler the permissions of the credential and of its roles', async () => {
    const { permissions } = await enter('any', { 'x-b': accept('b', { roles: ['manager', 'reader'], permissions: ['/own', '/p'] }) });
    expect(permissions).toEqual(['/own', '/p', '/r', '/p/other']);
  });

  const machine = accept('web-1', {
    scopes: ['m'],
    certificate: { subject: 'CN=web-1', issuer: 'CN=ca', fingerprint256: 'AA', serialNumber: '1', validTo: 1 },
  });

  it.each<[string, Record<string, Behaviour>, number]>([
    ['both', { 'x-machine': machine, 'x-a': good }, 201],
    ['one absent', { 'x-machine': machine }, 401],
    ['the other absent', { 'x-a': good }, 401],
    ['one rejected', { 'x-machine': machine, 'x-a': bad }, 401],
    ['one unavailable', { 'x-machine': machine, 'x-a': down }, 503],
    ['one rejected and one unavailable', { 'x-machine': down, 'x-a': bad }, 401],
    ['not enough between them', { 'x-machine': machine, 'x-a': weak }, 403],
    ['another way in', { 'x-machine': machine, 'x-a': bad, 'x-b': accept('b') }, 201],
  ])('allOf: %s', async (_, behaviours, status) => {
    expect((await enter('both', behaviours)).status).toBe(status);
  });

  it('allOf: the caller is whom the token names, with the certificate of the machine', async () => {
    expect(await enter('both', { 'x-machine': machine, 'x-a': good })).toMatchObject({
      ...{ username: 'good', scheme: 'a', scopes: ['m', 's'] },
      certificate: { subject: 'CN=web-1' },
    });
  });

  it('goes on answering after strategies have thrown, rejected and talked nonsense at once', async () => {
    const storm = [down, eventually(down), garbage, eventually(garbage), { garbage: null }, bad, good].map((each) =>
      enter('any', { 'x-a': each }),
    );
    const statuses = (await Promise.all(storm)).map(({ status }) => status);
    expect(statuses).toEqual([503, 503, 503, 503, 503, 401, 200]);
    expect((await enter('any', { 'x-a': good })).status).toBe(200);
  });
});
