import { setTimeout as delay } from 'node:timers/promises';
import type { SharedState } from 'nest-service-auth';
import { AuthUnavailableError } from '../../../lib/errors.js';
import { createPrincipal } from '../../../lib/principal.js';
import type { RevocationConfig } from '../../../lib/revocation/revocation.js';
import { Revocations } from '../../../lib/revocation/revocations.js';
import { BoundedState } from '../../../lib/shared-state/bounded-state.js';
import { FakeClock } from '../../support/fake-clock.js';
import { LocalState } from '../../support/local-state.js';

const holder = (claims: Record<string, unknown>) => createPrincipal({ scheme: 'sts', method: 'jwt', username: 'anne', claims });
const now = () => Date.now() / 1000;
const running: Revocations[] = [];

/** A store that can be taken away. */
class Store extends LocalState {
  isDown = false;

  override get(key: string) {
    return this.isDown ? Promise.reject(new Error('down')) : super.get(key);
  }

  override increment(key: string, ttl: number) {
    return this.isDown ? Promise.reject(new Error('down')) : super.increment(key, ttl);
  }
}

async function instance(store?: SharedState, config: RevocationConfig = { onUnavailable: 'refuse' }, clock?: FakeClock) {
  const lines: string[] = [];
  const warn = (line: string) => lines.push(line);
  const access = store && { state: new BoundedState(store, { timeout: 0.25, warn }), timeout: 0.25 };
  const revocations = new Revocations({ config, access, warn, ...(clock && { clock }) });
  running.push(revocations);
  await revocations.onModuleInit();
  return Object.assign(revocations, { lines });
}

afterEach(() => {
  for (const each of running.splice(0)) each.onApplicationShutdown();
});

describe('a revocation', () => {
  it('of a token refuses this token alone', async () => {
    const revocations = await instance();
    await revocations.revoke({ jti: 'one' });
    expect(revocations.check(holder({ jti: 'one' }))).toBe(true);
    expect(revocations.check(holder({ jti: 'two', sid: 'one', sub: 'one' }))).toBe(false);
  });

  it('of a session refuses all its tokens', async () => {
    const revocations = await instance();
    await revocations.revoke({ sid: 's' });
    expect([revocations.check(holder({ jti: 'a', sid: 's' })), revocations.check(holder({ jti: 's' }))]).toEqual([true, false]);
  });

  it('of a subject refuses the tokens that were issued before, and those that do not say when', async () => {
    const revocations = await instance();
    await revocations.revoke({ sub: 'anne', issuedBefore: 1000.2 });
    expect(revocations.check(holder({ sub: 'anne', iat: 1000 }))).toBe(true);
    expect(revocations.check(holder({ sub: 'anne', iat: 1001 }))).toBe(false);
    expect(revocations.check(holder({ sub: 'anne' }))).toBe(true);
    expect(revocations.check(holder({ sub: 'anne', iat: 'later' }))).toBe(true);
    expect(revocations.check(holder({ sub: 'bert', iat: 1000 }))).toBe(false);
  });

  it('of a subject refuses a token of the second in which it is made', async () => {
    const clock = new FakeClock(1_800_000_000_500);
    const revocations = await instance(undefined, undefined, clock);
    await revocations.revoke({ sub: 'anne' });
    expect(revocations.check(holder({ sub: 'anne', iat: 1_800_000_000 }))).toBe(true);
    expect(revocations.check(holder({ sub: 'anne', iat: 1_800_000_001 }))).toBe(false);
  });

  it('for one issuer spares the tokens of others, and not those that name none', async () => {
    const revocations = await instance();
    await revocations.revoke({ sub: 'anne', issuer: 'https://a.example' });
    expect(revocations.check(holder({ sub: 'anne', iat: 1, iss: 'https://a.example' }))).toBe(true);
    expect(revocations.check(holder({ sub: 'anne', iat: 1, iss: 'https://b.example' }))).toBe(false);
    expect(revocations.check(holder({ sub: 'anne', iat: 1 }))).toBe(true);
  });

  it('is kept with its longest end and its latest moment', async () => {
    const revocations = await instance();
    await revocations.revoke({ sub: 'anne', issuedBefore: 2000 });
    await revocations.revoke({ sub: 'anne', issuedBefore: 1000 });
    expect(revocations.check(holder({ sub: 'anne', iat: 1500 }))).toBe(true);
  });

  it('ends connections of its token, once', async () => {
    const revocations = await instance();
    const ended: string[] = [];
    revocations.whenRevoked(holder({ sid: 's' }), () => ended.push('one'));
    revocations.whenRevoked(holder({ sid: 't' }), () => ended.push('two'));
    revocations.whenRevoked(holder({ sid: 's' }), () => ended.push('three'))();
    await revocations.revoke({ sid: 's' });
    await revocations.revoke({ sid: 's' });
    expect(ended).toEqual(['one']);
  });

  it.each([
    [{}, 'needs exactly one of jti, sid and sub'],
    [{ jti: 'a', sub: 'b' }, 'needs exactly one of jti, sid and sub'],
    [{ jti: '' }, 'AuthService.revoke().jti: must not be empty'],
    [{ sub: 'a', issuedBefore: Date.now() }, 'must be seconds since the epoch, not milliseconds'],
    [{ sid: 'a', expiresAt: 1 }, 'expiresAt'],
  ])('of %j is a mistake', async (given, message) => {
    const revocations = await instance();
    await expect(revocations.revoke(given as never)).rejects.toThrow(message);
  });

  it('is a mistake without the option', async () => {
    const revocations = new Revocations({ config: undefined, access: undefined, warn: () => undefined });
    await expect(revocations.revoke({ jti: 'a' })).rejects.toThrow('needs the option revocation');
  });

  it('holds for this process alone without shared state, and the boot says so', async () => {
    expect((await instance()).lines).toEqual([expect.stringContaining('holds for this process alone')]);
  });
});

describe('revocations of several instances', () => {
  it('are seen by the others within a second', async () => {
    const store = new Store();
    const [one, other] = await Promise.all([instance(store), instance(store)]);
    const ended: string[] = [];
    other.whenRevoked(holder({ jti: 'a' }), () => ended.push('a'));
    await one.revoke({ jti: 'a' });
    await delay(900);
    expect(other.check(holder({ jti: 'a' }))).toBe(true);
    expect(ended).toEqual(['a']);
  });

  it('are known to one that starts later', async () => {
    const store = new Store();
    const one = await instance(store);
    await Promise.all(['a', 'b', 'c'].map((jti) => one.revoke({ jti })));
    await delay(600);
    const late = await instance(store);
    expect(['a', 'b', 'c', 'd'].map((jti) => late.check(holder({ jti })))).toEqual([true, true, true, false]);
  });

  it('survive a store that loses everything', async () => {
    const store = new Store();
    const one = await instance(store);
    await one.revoke({ jti: 'a' });
    await delay(400);
    store.clear();
    await delay(900);
    const late = await instance(store);
    expect(late.check(holder({ jti: 'a' }))).toBe(true);
  });

  it('are unknown while the store is away: nothing that could be revoked is admitted by an old copy', async () => {
    const store = new Store();
    const one = await instance(store);
    store.isDown = true;
    await delay(1200);
    await expect(one.check(holder({ jti: 'a' }))).rejects.toThrow(AuthUnavailableError);
    expect(one.check(holder({}))).toBe(false);
    store.isDown = false;
    await delay(1500);
    expect(one.check(holder({ jti: 'a' }))).toBe(false);
  });

  it('are those of this process while the store is away, where that is configured', async () => {
    const store = new Store();
    const one = await instance(store, { onUnavailable: 'admit' });
    store.isDown = true;
    await one.revoke({ jti: 'a' }).catch(() => undefined);
    await delay(1200);
    expect([await one.check(holder({ jti: 'a' })), await one.check(holder({ jti: 'b' }))]).toEqual([true, false]);
  });

  it('that could not be told are told when the store is back', async () => {
    const store = new Store();
    const [one, other] = await Promise.all([instance(store), instance(store)]);
    store.isDown = true;
    await expect(one.revoke({ jti: 'a', expiresAt: now() + 60 })).rejects.toThrow(AuthUnavailableError);
    expect(one.check(holder({ jti: 'a' }))).toBe(true);
    store.isDown = false;
    await delay(2500);
    expect(other.check(holder({ jti: 'a' }))).toBe(true);
  });
});

it('does not wait for a slow store longer than the time-out, with all the questions of revoke() together', async () => {
  class Slow extends LocalState {
    override async get(key: string) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return super.get(key);
    }
    override async set(key: string, value: string, ttl: number) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return super.set(key, value, ttl);
    }
    override async increment(key: string, ttl: number) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return super.increment(key, ttl);
    }
  }
  const revocations = await instance(new Slow());
  await revocations.revoke({ jti: 'first' }).catch(() => undefined);
  const begun = performance.now();
  await expect(revocations.revoke({ jti: 'second' })).rejects.toThrow(AuthUnavailableError);
  expect(performance.now() - begun).toBeLessThan(580);
  expect(revocations.check(holder({ jti: 'second' }))).toBe(true);
});
