import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Controller, Get, Inject, Injectable, NotFoundException, Scope } from '@nestjs/common';
import {
  type AuthModuleExtras,
  type AuthModuleOptions,
  type Authorizer,
  AuthService,
  CurrentPrincipal,
  type Enrichment,
  type Principal,
  type PrincipalEnricher,
  ResourceAuth,
  ServiceAuth,
} from 'nest-service-auth';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, bootError, eventsOf, RecordingSink, withApp } from '../support/app.js';
import { type Behaviour, tell } from '../support/probe.strategy.js';

class Person {
  readonly plan?: string;
  readonly visits: number[] = [];
  constructor(readonly name: string) {}
}

/** Waits where the name says so, and counts. */
@Injectable()
class Users implements PrincipalEnricher {
  static calls = 0;
  // An enricher that depends on what depends on the module.
  constructor(@Inject(AuthService) readonly auth: AuthService) {}

  enrich({ username }: Principal): Enrichment | undefined | Promise<Enrichment | undefined> {
    Users.calls++;
    if (username === 'nobody') return undefined;
    if (username === 'down') throw new Error('the database is down');
    if (username === 'hidden') throw new NotFoundException();
    if (username === 'broken') return { roles: 'admin' } as never;
    const enrichment = { roles: ['reader'], permissions: ['/own'], user: new Person(username) };
    return username.startsWith('late') ? nextTurn(enrichment) : enrichment;
  }
}

@Injectable()
class IsPerson implements Authorizer {
  authorize({ user }: Principal) {
    return user instanceof Person;
  }
}

@ServiceAuth({ auth: [{ scheme: 'a', roles: 'reader', permissions: ['/own', '/mapped'], authorizers: [IsPerson] }] })
@Controller()
class Api {
  @Get('me') me(@CurrentPrincipal() who: Principal) {
    const user = who.user as Person;
    user.visits.push(1);
    return { who, name: user.name, seen: inspect(who).includes('Person'), scopes: who.scopes };
  }
  @ResourceAuth({ auth: { scopes: 'own' } })
  @Get('scoped')
  scoped() {}
  @ResourceAuth({ auth: [{ allOf: ['a', 'b'], roles: 'reader' }] })
  @Get('both')
  both(@CurrentPrincipal() who: Principal) {
    return { name: (who.user as Person).name };
  }
  @ResourceAuth({ auth: ['a', 'anonymous'] })
  @Get('anybody')
  anybody() {
    return {};
  }
}

const schemes: AuthModuleOptions['schemes'] = {
  a: { probeConfig: { header: 'x-a' } },
  b: { probeConfig: { header: 'x-b', method: 'mtls' } },
};
const appWith = (more: AuthModuleOptions & AuthModuleExtras = {}) =>
  appModule({
    controllers: [Api],
    auth: { schemes, enricher: Users, authorizers: [IsPerson], eventSink: RecordingSink, roles: { reader: ['/mapped'] }, ...more },
  });
const as = (username: string, more: Behaviour = {}) => tell({ 'x-a': { accept: { username }, ...more } });

beforeEach(() => {
  Users.calls = 0;
});

describe.each(ADAPTERS)('on %s, an enricher', (adapter) => {
  it.each(['alice', 'late alice'])('adds roles, permissions and the user of %s before requirements, and no scopes', async (name) => {
    await withApp(adapter, appWith(), async ({ url }) => {
      for (const later of [false, true]) {
        const answer = await fetch(`${url}/me`, { headers: as(name, { later }) });
        expect(answer.status).toBe(200);
        const body = (await answer.json()) as { who: Principal };
        expect(body).toMatchObject({ name, seen: false, who: { roles: ['reader'], permissions: ['/own', '/mapped'], scopes: [] } });
        expect(body.who).not.toHaveProperty('user');
      }
      expect((await fetch(`${url}/scoped`, { headers: as(name) })).status).toBe(403);
      expect(Users.calls).toBe(3);
    });
  });

  it.each<[string, number, object]>([
    ['nobody', 401, { code: 'ERR_AUTH_UNAUTHENTICATED', steps: [{ scheme: 'a', outcome: 'rejected', reason: 'refused_by_enricher' }] }],
    ['down', 503, { steps: [{ scheme: 'a', outcome: 'unavailable', reason: 'could_not_find_out', cause: expect.any(Error) }] }],
    ['broken', 503, { steps: [{ scheme: 'a', outcome: 'unavailable' }] }],
    ['hidden', 404, { code: 'ERR_AUTH_REFUSED_BY_ENRICHER', steps: [{ scheme: 'enricher', reason: 'answered_by_enricher' }] }],
  ])('decides on %s: %i', async (name, status, event) => {
    await withApp(adapter, appWith(), async ({ app, url }) => {
      for (const path of ['/me', '/anybody']) expect((await fetch(`${url}${path}`, { headers: as(name) })).status).toBe(status);
      expect(eventsOf(app)[0]).toMatchObject({ status, ...event });
    });
  });

  it('is asked once for credentials that belong together, and not for a request without credentials', async () => {
    await withApp(adapter, appWith(), async ({ url }) => {
      const headers = { ...as('alice'), ...tell({ 'x-b': { accept: { username: 'nobody' } } }) };
      expect(await (await fetch(`${url}/both`, { headers })).json()).toEqual({ name: 'alice' });
      expect((await fetch(`${url}/anybody`)).status).toBe(200);
      expect(Users.calls).toBe(1);
    });
  });
});

describe('enricherCache', () => {
  const cached = appWith({ enricherCache: { capacity: 2, maxAge: 60 } });
  const get = async (url: string, headers: Record<string, string>) => (await fetch(`${url}/me`, { headers })).status;

  it('remembers a caller by what the credential says, within its capacity', async () => {
    await withApp('express', cached, async ({ url }) => {
      for (const name of ['alice', 'alice', 'bob', 'alice']) expect(await get(url, as(name))).toBe(200);
      expect(Users.calls).toBe(2);
      await get(url, as('alice', { accept: { username: 'alice', claims: { tenant: 'x' } } }));
      await get(url, as('bob'));
      expect(Users.calls).toBe(4);
    });
  });

  it('asks once for requests that come together', async () => {
    await withApp('express', cached, async ({ url }) => {
      const statuses = await Promise.all(Array.from({ length: 5 }, () => get(url, as('late alice', { later: true }))));
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(Users.calls).toBeLessThan(5);
    });
  });

  it('remembers no refusal and no failure, and lets no refused credential in', async () => {
    await withApp('express', cached, async ({ url }) => {
      for (const name of ['nobody', 'nobody', 'down', 'down']) await get(url, as(name));
      expect(Users.calls).toBe(4);
      expect(await get(url, as('alice'))).toBe(200);
      expect(await get(url, as('alice', { reject: 'revoked' }))).toBe(401);
      expect(await get(url, as('alice', { unavailable: 'down' }))).toBe(503);
    });
  });

  it('makes nothing of an enricher that answers with an exception of its own', async () => {
    await withApp('express', cached, async ({ url }) => {
      expect([await get(url, as('hidden')), await get(url, as('hidden'))]).toEqual([404, 404]);
    });
  });
});

describe('the boot stops where', () => {
  @Injectable({ scope: Scope.REQUEST })
  class Tenant {}
  @Injectable()
  class Scoped implements PrincipalEnricher {
    constructor(@Inject(Tenant) readonly tenant: Tenant) {}
    enrich() {
      return {};
    }
  }
  @Injectable()
  class Silent {}

  it.each<[string, AuthModuleOptions & AuthModuleExtras, string]>([
    ['the enricher has no method', { enricher: Silent as never }, 'AuthModule options.enricher: has no method enrich()'],
    ['the cache has no age', { enricherCache: {} as never }, 'AuthModule options.enricherCache.maxAge'],
  ])('%s', async (_, more, message) => {
    expect((await caught(() => bootError('express', appWith(more)))).message).toContain(message);
  });

  it('the enricher depends on something request-scoped', async () => {
    const module = {
      ...appWith({ enricher: Scoped, imports: [{ module: class TenantModule {}, providers: [Tenant], exports: [Tenant] }] }),
    };
    expect((await caught(() => bootError('express', module))).message).toContain('Scoped depends on Tenant, which is request-scoped');
  });

  it('there is a cache and no enricher, or the class is undefined', async () => {
    const module = appModule({ controllers: [], auth: { schemes, enricherCache: { maxAge: 1 } } });
    expect((await caught(() => bootError('express', module))).message).toContain('AuthModule options.enricherCache: has no effect');
    expect(() => appWith({ enricher: undefined as never })).toThrow('AuthModule options.enricher: must be a class.');
  });

  /** Some mistakes are found while Nest makes the application. */
  async function caught(work: () => Promise<Error>): Promise<Error> {
    return work().catch((error: Error) => error);
  }
});
