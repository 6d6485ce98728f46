import { Controller, Get, Injectable, Logger } from '@nestjs/common';
import {
  AuthEventSink,
  type Authenticator,
  AuthHealthIndicator,
  type Authorizer,
  type AuthStrategy,
  type DenialEvent,
  ResourceAuth,
  ServiceAuth,
  type Verdict,
} from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, bootError, withApp } from '../support/app.js';
import { HOSTILE } from '../support/hostile.js';

/** What the strategies, the authorizer and the sink of an application do now. */
const now: { sink: () => unknown; strategy: () => unknown; authorizer: () => unknown } = {
  sink: () => undefined,
  strategy: () => ({ outcome: 'rejected', reason: 'bad' }),
  authorizer: () => true,
};

@Injectable()
class WildSink extends AuthEventSink {
  // Asynchronous sinks are written in spite of the types.
  denied(event: DenialEvent): undefined {
    (event.explanation as string[] | undefined)?.push('changed by the sink');
    return now.sink() as undefined;
  }
}

@Injectable()
class WildStrategy implements AuthStrategy {
  readonly configKey = 'wildConfig';

  prepare(): Authenticator {
    const refuse = () => now.strategy() as never;
    return { challenges: [{ scheme: 'Wild' }], authenticate: () => now.strategy() as Verdict, health: refuse, stats: refuse };
  }
}

@Injectable()
class WildAuthorizer implements Authorizer {
  authorize(): boolean {
    return now.authorizer() as boolean;
  }
}

@ServiceAuth({ auth: ['wild'] })
@Controller()
class WildController {
  @Get('plain')
  plain() {
    return 'in';
  }

  @ResourceAuth({ auth: [{ scheme: 'probe', authorizers: [WildAuthorizer] }] })
  @Get('authorized')
  authorized() {
    return 'in';
  }
}

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    wildConfig: object;
  }
}

const auth = {
  schemes: { wild: { wildConfig: {} }, probe: { probeConfig: { header: 'x-a' } } },
  strategies: [WildStrategy],
  authorizers: [WildAuthorizer],
  eventSink: WildSink,
};
const throwing = (thrown: () => unknown) => () => {
  throw thrown();
};
const rejecting = (thrown: () => unknown) => () => Promise.reject(thrown());
const REJECTS = () => ({ outcome: 'rejected', reason: 'bad' });

// biome-ignore-start lint/suspicious/noThenProperty: they are what the test is about
/** Thenables that break their word. */
const THENABLES: [string, () => unknown][] = [
  ['never settles', () => new Promise(() => {})],
  ['has a then that throws', () => ({ then: throwing(() => Object.create(null)) })],
  ['has a getter of then that throws', () => Object.defineProperty({}, 'then', { get: throwing(() => new Error('no')) })],
  ['settles twice', () => ({ then: (done: (value: unknown) => void, fail: (error: unknown) => void) => [done(1), fail(2), fail(3)] })],
  ['rejects, with a catch and a then of its own', () => Object.assign(Promise.reject(1), { catch: () => {}, then: () => {} })],
  ['rejects, with a constructor of its own', () => Object.assign(Promise.reject(1), { constructor: { [Symbol.species]: undefined } })],
  [
    'resolves to one that rejects',
    () => Promise.resolve({ then: (_: unknown, fail: (error: unknown) => void) => fail(Object.create(null)) }),
  ],
];
// biome-ignore-end lint/suspicious/noThenProperty: they are what the test is about

describe.each(ADAPTERS)('whatever is thrown, on %s,', (adapter) => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  const lines: string[] = [];
  const keep = (message: unknown) => void lines.push(String(message));
  let running: Awaited<ReturnType<typeof startApp>>;

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    running = await startApp(adapter, appModule({ auth: { ...auth, explain: 'body' }, controllers: [WildController] }));
    Logger.overrideLogger({ log: () => {}, warn: keep, error: keep });
  });
  beforeEach(() => Object.assign(now, { sink: () => undefined, strategy: REJECTS, authorizer: () => true }));
  afterAll(async () => {
    await running.app.close();
    Logger.overrideLogger(false);
    process.off('unhandledRejection', note);
  });
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${running.url}/${path}`, { headers });
    const answer = { status: response.status, text: await response.text() };
    await new Promise((resolve) => setTimeout(resolve, 5));
    return answer;
  };
  const accepted = { 'x-a': JSON.stringify({ accept: {} }) };

  it.each(HOSTILE)('by a sink, now or later, changes neither the answer nor the process: %s', async (_, thrown) => {
    const before = await ask('plain');
    for (const sink of [throwing(thrown), rejecting(thrown)]) {
      now.sink = sink;
      expect(await ask('plain')).toEqual(before);
    }
    expect(before).toMatchObject({ status: 401, text: expect.not.stringContaining('changed by the sink') });
    expect(unhandled).toEqual([]);
  });

  it.each(THENABLES)('by a promise of the sink that %s, changes nothing either', async (_, sink) => {
    now.sink = sink;
    expect((await ask('plain')).status).toBe(401);
    expect(unhandled).toEqual([]);
  });

  it.each(HOSTILE)('by a strategy or an authorizer is 503, with its explanation: %s', async (_, thrown) => {
    for (const act of [throwing(thrown), rejecting(thrown)]) {
      Object.assign(now, { strategy: act, authorizer: act });
      expect((await ask('plain')).status).toBe(503);
      expect((await ask('authorized', accepted)).status).toBe(503);
    }
    expect(unhandled).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['reads as nothing', () => HOSTILE[1]?.[1]()],
    ['has an outcome that throws', () => Object.defineProperty({}, 'outcome', { get: throwing(() => Object.create(null)) })],
    ['has a principal that throws', () => ({ outcome: 'accepted', principal: HOSTILE[1]?.[1]() })],
  ])('by a verdict that %s, is 503', async (_, verdict) => {
    for (const strategy of [verdict, async () => verdict()]) {
      now.strategy = strategy;
      expect((await ask('plain')).status).toBe(503);
    }
    now.strategy = () => ({ outcome: 'rejected', reason: Object.create(null) });
    expect((await ask('plain')).status).toBe(401);
  });

  it.each(HOSTILE)('by the health and the counters of a strategy is told as down: %s', async (_, thrown) => {
    now.strategy = throwing(thrown);
    const { auth: health } = await running.app.get(AuthHealthIndicator, { strict: false }).check();
    expect(health).toMatchObject({ status: 'down', schemes: { wild: { dependency: 'unknown', status: 'down' } } });
  });

  it('puts no control character into the log', () => {
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('by the logger of the application changes nothing', async () => {
    Logger.overrideLogger({ log: () => {}, warn: throwing(() => Object.create(null)), error: throwing(() => new Error('no')) });
    now.sink = throwing(() => new Error('no'));
    expect((await ask('plain')).status).toBe(401);
    Logger.overrideLogger({ log: () => {}, warn: keep, error: keep });
  });
});

it.each(HOSTILE)('what a strategy throws at boot stops the boot with its place: %s', async (_, thrown) => {
  @Injectable()
  class Broken implements AuthStrategy {
    readonly configKey = 'wildConfig';
    prepare(): never {
      throw thrown();
    }
  }
  const module = appModule({ auth: { ...auth, strategies: [Broken], explain: false }, controllers: [WildController] });
  expect((await bootError('express', module)).message).toMatch(/^AuthModule options\.schemes\.wild.*|^schemes\.wild.*|wild/);
});

it('what a strategy throws while it closes does not hide what stopped the boot, and is told as an error', async () => {
  @Injectable()
  class Unclosable implements AuthStrategy {
    readonly configKey = 'wildConfig';
    prepare = (): Authenticator => ({
      challenges: [],
      authenticate: () => ({ outcome: 'absent' }),
      close: throwing(() => Object.create(null)),
    });
  }
  const parts = { ...auth, strategies: [Unclosable] };
  @Controller('bare')
  class Bare {
    @Get()
    get() {
      return 'in';
    }
  }
  expect((await bootError('express', appModule({ auth: parts, controllers: [WildController, Bare] }))).message).toContain('Bare.get');
  const { app } = await startApp('express', appModule({ auth: parts, controllers: [WildController] }));
  const told: unknown[] = [];
  Logger.overrideLogger({ log: () => {}, warn: () => {}, error: (error: unknown) => void told.push(error) });
  await app.close();
  Logger.overrideLogger(false);
  expect(told).toEqual(['An authenticator could not be closed: something that cannot be turned into text']);
});

it('an explanation quotes the message of a cause', async () => {
  const thrown = new Error('a "b"\nforged: line\u009b');
  Object.assign(now, { sink: () => undefined, strategy: throwing(() => thrown) });
  await withApp('express', appModule({ auth: { ...auth, explain: 'body' }, controllers: [WildController] }), async ({ url }) => {
    const { explanation } = (await (await fetch(`${url}/plain`)).json()) as { explanation: string[] };
    expect(explanation[1]).toBe('1. wild: the caller could not be determined: "a \\"b\\"\\nforged: line\\u009b".');
  });
});
