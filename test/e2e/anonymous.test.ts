import { Controller, Get } from '@nestjs/common';
import {
  type AdmissionEvent,
  AuthEventSink,
  type AuthModuleOptions,
  AuthService,
  CurrentPrincipal,
  type Principal,
  ResourceAuth,
  ServiceAuth,
} from 'nest-service-auth';
import { decisionInWords } from '../../lib/plan/policy-words.js';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, bootError, withApp } from '../support/app.js';
import { type Behaviour, tell } from '../support/probe.strategy.js';

class AllEvents extends AuthEventSink {
  readonly admissions: AdmissionEvent[] = [];
  denied(): void {}
  override admitted(event: AdmissionEvent): void {
    this.admissions.push(event);
  }
}

const schemes: AuthModuleOptions['schemes'] = {
  a: { probeConfig: { header: 'x-a' } },
  b: { probeConfig: { header: 'x-b' } },
  keys: { apiKeyConfig: { keys: { alice: [] } } },
  both: ['a', 'b'],
  visitors: ['both', 'anonymous'],
};

const nameOf = (who: Principal | undefined) => ({ who: who?.username ?? null, isThere: who !== undefined });

@ServiceAuth({ auth: ['a', 'b', 'anonymous'] })
@Controller('shelf')
class Shelf {
  @Get() list(@CurrentPrincipal() who?: Principal) {
    return nameOf(who);
  }
  @ResourceAuth({ auth: [{ allOf: ['a', 'b'] }, 'anonymous'] })
  @Get('both')
  both(@CurrentPrincipal() who?: Principal) {
    return nameOf(who);
  }
  @ResourceAuth({ auth: ['visitors'] })
  @Get('group')
  group(@CurrentPrincipal() who?: Principal) {
    return nameOf(who);
  }
  @ResourceAuth({ auth: [{ allOf: ['keys', 'both'] }] })
  @Get('one-of-a-group')
  oneOf(@CurrentPrincipal() who?: Principal) {
    return nameOf(who);
  }
}

describe.each(ADAPTERS)("on %s, entries that end in 'anonymous'", (adapter) => {
  const app = appModule({ controllers: [Shelf], auth: { schemes, eventSink: AllEvents } });
  type Ask = (path: string, headers?: Record<string, string>) => Promise<{ status: number; body: unknown; challenge: string | null }>;
  const withShelf = (use: (ask: Ask, events: () => readonly AdmissionEvent[], service: AuthService) => Promise<void>) =>
    withApp(adapter, app, async ({ app: running, url }) => {
      const ask: Ask = async (path, headers = {}) => {
        const answer = await fetch(`${url}/shelf${path}`, { headers });
        return { status: answer.status, body: await answer.json(), challenge: answer.headers.get('www-authenticate') };
      };
      const sink = running.get<AuthEventSink, AllEvents>(AuthEventSink, { strict: false });
      await use(ask, () => sink.admissions, running.get(AuthService));
    });
  const told = (behaviour: Behaviour) => tell({ 'x-a': behaviour });

  it('admit a request without credentials, without a principal, and name the caller where there are some', async () => {
    await withShelf(async (ask, events) => {
      expect(await ask('')).toMatchObject({ status: 200, body: { who: null, isThere: false } });
      expect(await ask('', told({ accept: { username: 'gina' } }))).toMatchObject({ status: 200, body: { who: 'gina' } });
      expect(events().map(({ scheme, method, username }) => [scheme, method, username])).toEqual([
        ['anonymous', 'anonymous', ''],
        ['a', 'probe', 'gina'],
      ]);
    });
  });

  it.each<[string, Record<string, string>, number]>([
    ['a bad credential', told({ reject: 'bad' }), 401],
    ['an outage', told({ unavailable: 'down' }), 503],
    ['an outage that is told later', told({ unavailable: 'down', later: true }), 503],
    ['a broken strategy', told({ garbage: null }), 503],
    ['too many attempts', told({ reject: 'slow', retryAfter: 3 }), 429],
    ['a foreign Authorization scheme', { authorization: 'Negotiate YII=' }, 401],
    ['an Authorization without credentials', { authorization: 'Bearer' }, 401],
    ['an empty Authorization', { authorization: '' }, 401],
  ])('refuse %s', async (_, headers, status) => {
    await withShelf(async (ask) => {
      for (const path of ['', '/group']) expect(await ask(path, headers)).toMatchObject({ status });
    });
  });

  it('refuse a request that has one of two credentials that belong together', async () => {
    await withShelf(async (ask) => {
      expect(await ask('/both')).toMatchObject({ status: 200, body: { who: null } });
      for (const header of ['x-a', 'x-b']) expect(await ask('/both', tell({ [header]: { accept: {} } }))).toMatchObject({ status: 401 });
      const unavailable = tell({ 'x-b': { unavailable: 'down' } });
      expect((await ask('/both', unavailable)).status).not.toBe(200);
      expect(await ask('/both', tell({ 'x-a': { accept: {} }, 'x-b': { accept: {} } }))).toMatchObject({ status: 200 });
    });
  });

  it('challenge with what the schemes before it want, also through a group', async () => {
    await withShelf(async (ask) => {
      for (const path of ['', '/group'])
        expect(await ask(path, { authorization: 'Negotiate YII=' })).toMatchObject({ status: 401, challenge: 'Probe realm="api"' });
    });
  });

  it('let a group stand for its members, under their own names, and for one of them in allOf', async () => {
    await withShelf(async (ask, events) => {
      expect(await ask('/group', tell({ 'x-b': { accept: { username: 'bert' } } }))).toMatchObject({ body: { who: 'bert' } });
      expect(events().at(-1)).toMatchObject({ scheme: 'b' });
      expect(await ask('/one-of-a-group', { 'x-api-key': 'alice', ...tell({ 'x-b': { accept: {} } }) })).toMatchObject({ status: 200 });
      expect(await ask('/one-of-a-group', { 'x-api-key': 'alice' })).toMatchObject({ status: 401 });
      expect(await ask('/one-of-a-group', tell({ 'x-a': { accept: {} } }))).toMatchObject({ status: 401 });
    });
  });

  it('hold for AuthService, and are optional in the policy', async () => {
    await withShelf(async (_, events, service) => {
      expect(await service.authenticate(undefined, ['a', 'anonymous'])).toBeUndefined();
      expect(events()).toHaveLength(1);
      await expect(service.authenticate('Negotiate YII=', ['a', 'anonymous'])).rejects.toMatchObject({ status: 401 });
      const rows = service.policy().map((entry) => [entry.path, entry.optional ?? false, decisionInWords(entry)]);
      expect(rows).toEqual([
        ['/shelf', true, 'a or b or anonymous (optional)'],
        ['/shelf/both', true, '(a and b) or anonymous (optional)'],
        ['/shelf/group', true, 'a or b or anonymous (optional)'],
        ['/shelf/one-of-a-group', false, '(keys and a) or (keys and b)'],
      ]);
    });
  });
});

describe('the boot stops', () => {
  const stopped = async (auth: readonly unknown[], more: object = {}) => {
    @ServiceAuth({ auth: auth as [] })
    @Controller()
    class Some {
      @Get() get() {}
    }
    return (await bootError('express', appModule({ controllers: [Some], auth: { schemes, ...more } as object }))).message;
  };

  it.each<[readonly unknown[], string]>([
    [['anonymous'], "Some @ServiceAuth.auth[0]: 'anonymous' is the only entry."],
    [['anonymous', 'a'], "Some @ServiceAuth.auth[0]: 'anonymous' must be the last"],
    [['visitors', 'keys'], `Some @ServiceAuth.auth[0]: "visitors" ends in 'anonymous', and must be the last`],
    [[{ allOf: ['a', 'anonymous'] }], "Some @ServiceAuth.auth[0].allOf[1]: 'anonymous' cannot stand in allOf"],
    [[{ allOf: ['keys', 'visitors'] }], `Some @ServiceAuth.auth[0].allOf[1]: "visitors" ends in 'anonymous', and cannot stand in allOf`],
    [['a', { scheme: 'anonymous', scopes: 'x' }], 'Some @ServiceAuth.auth[1]: requires something'],
    [[{ scheme: 'visitors', claims: { a: 1 } }], 'Some @ServiceAuth.auth[0]: requires something'],
    [['a', 'anonymos'], 'Did you mean "anonymous"?'],
  ])('for %j', async (auth, message) => {
    expect(await stopped(auth)).toContain(message);
  });

  it.each<[object, string]>([
    [{ anonymous: { probeConfig: { header: 'x' } } }, 'schemes.anonymous: is a reserved name'],
    [{ anonymous: ['a'] }, 'schemes.anonymous: is a reserved name'],
    [{ g: [] }, 'schemes.g: is an empty group'],
    [{ g: ['a', 'c'] }, 'schemes.g[1]: "c" is not a known scheme.'],
    [{ g: ['a', 'a'] }, 'schemes.g[1]: "a" is in the group already'],
    [{ g: ['h', 'b'], h: ['a', 'g'] }, 'schemes.h[1]: "g" contains itself: g -> h -> g'],
    [{ g: ['g', 'a'] }, 'schemes.g[0]: "g" contains itself: g -> g'],
    [{ g: ['anonymous'] }, "schemes.g: has no scheme beside 'anonymous'"],
    [{ g: ['anonymous', 'a'] }, "schemes.g[0]: 'anonymous' must be the last"],
    [{ g: ['h', 'b'], h: ['a', 'anonymous'] }, `schemes.g[0]: "h" ends in 'anonymous', and must be the last`],
    [{ g: ['constructor'] }, 'schemes.g[0]: "constructor" is not a known scheme'],
  ])('for the groups %j', async (groups, message) => {
    expect(await stopped(['a'], { schemes: { ...schemes, ...groups } })).toContain(message);
  });

  it('where a resource requires something of entries that end in it', async () => {
    @ServiceAuth({ auth: ['a', 'anonymous'] })
    @Controller()
    class Some {
      @ResourceAuth({ auth: { scopes: 'x' } })
      @Get()
      get() {}
    }
    const { message } = await bootError('express', appModule({ controllers: [Some], auth: { schemes } }));
    expect(message).toContain("Some.get (GET /) @ResourceAuth.auth: has requirements, but the entries that it inherits end in 'anonymous'");
  });

  it.each(['anonymous', 'visitors'])('where a secured access rule allows %s', async (handler) => {
    const rules = [{ context: '/', secured: true, allowedAuthHandlers: ['a', handler] }];
    expect(await stopped(['a'], { resourceAccessControl: { rules } })).toContain(
      `rules[0].allowedAuthHandlers[1]: "${handler}" admits requests without credentials`,
    );
  });
});

it('lets a group stand in defaultAuth and in the handlers of an access rule', async () => {
  @Controller()
  class Plain {
    @Get('rule') rule(@CurrentPrincipal() who?: Principal) {
      return nameOf(who);
    }
    @Get('other') other(@CurrentPrincipal() who?: Principal) {
      return nameOf(who);
    }
  }
  const rules = [{ context: '/rule', secured: true, allowedAuthHandlers: ['both'], scopes: ['s'] }];
  const auth: AuthModuleOptions = { schemes, defaultAuth: ['visitors'], resourceAccessControl: { rules } };
  await withApp('express', appModule({ controllers: [Plain], auth }), async ({ url }) => {
    const status = async (path: string, headers = {}) => (await fetch(`${url}${path}`, { headers })).status;
    expect(await status('/rule')).toBe(401);
    expect(await status('/rule', tell({ 'x-b': { accept: {} } }))).toBe(403);
    expect(await status('/rule', tell({ 'x-b': { accept: { scopes: ['s'] } } }))).toBe(200);
    expect(await status('/other')).toBe(200);
    expect(await status('/other', tell({ 'x-b': { reject: 'bad' } }))).toBe(401);
  });
});
