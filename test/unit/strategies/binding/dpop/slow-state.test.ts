import { jest } from '@jest/globals';
import type { WithoutSharedState } from 'nest-service-auth';
import { AuthUnavailableError } from '../../../../../lib/errors.js';
import { LocalReplayMemory } from '../../../../../lib/memory/replay-memory.js';
import { BoundedState } from '../../../../../lib/shared-state/bounded-state.js';
import { sharedReplayMemory } from '../../../../../lib/shared-state/replay-memory.js';
import { sharedNonces } from '../../../../../lib/shared-state/shared-nonces.js';
import { DpopProofs } from '../../../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { LocalState } from '../../../../support/local-state.js';
import { dpopRequest, type ProvingClient, provingClient } from '../../../../support/proofs.js';

const delay = () => new Promise((resolve) => setTimeout(resolve, 300));

/** Answers each question after 0.3 s. */
class SlowState extends LocalState {
  private say: () => void = () => undefined;
  readonly asked = new Promise<void>((resolve) => {
    this.say = resolve;
  });

  override async get(key: string) {
    this.say();
    await delay();
    return super.get(key);
  }
  override async add(key: string, ttl: number) {
    this.say();
    await delay();
    return super.add(key, ttl);
  }
}

const TIMEOUT = 0.4;
const SETTINGS = { mode: 'accepted', maxAge: 60, nonce: true, algorithms: ['ES256'] } as const;

describe('a proof with the nonce of another instance, where the shared state is slow', () => {
  let client: ProvingClient;
  beforeAll(async () => {
    client = await provingClient();
  });
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Checks one, and says how many milliseconds that took. */
  async function check(onUnavailable: WithoutSharedState) {
    const store = new SlowState();
    const state = new BoundedState(store, { timeout: TIMEOUT, warn: () => undefined });
    const memory = sharedReplayMemory('dpop', state, new LocalReplayMemory(), onUnavailable);
    const nonces = sharedNonces(state, onUnavailable);
    const make = () => new DpopProofs({ publicUrl: ['https://api.test'], trustedProxies: [], memory, nonces, timeout: TIMEOUT });
    const [one, other] = [make(), make()];
    const nonce = one.nonceFields(SETTINGS)?.['DPoP-Nonce'];
    other.prepare(SETTINGS);
    const proof = client.proof({ htm: 'GET', htu: 'https://api.test/order', token: 'a', nonce });
    let isSettled = false;
    const checked = Promise.allSettled([other.check({ token: 'a', thumbprint: client.jkt }, dpopRequest('a', [proof]), SETTINGS)]);
    void checked.then(() => {
      isSettled = true;
    });
    await store.asked;
    let milliseconds = 0;
    for (; !isSettled; milliseconds += 10) await jest.advanceTimersByTimeAsync(10);
    const [outcome] = await checked;
    return { outcome, milliseconds, breaker: state.stats.breaker };
  }

  it('waits no longer than the time-out for both questions together', async () => {
    const { outcome, milliseconds, breaker } = await check('refuse');
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(AuthUnavailableError) });
    expect(milliseconds).toBeLessThanOrEqual(TIMEOUT * 1000 + 10);
    expect(breaker).toBe('closed');
  });

  it('is admitted in this time where this process may decide', async () => {
    const { outcome, milliseconds } = await check('local');
    expect(outcome).toEqual({ status: 'fulfilled', value: undefined });
    expect(milliseconds).toBeLessThanOrEqual(TIMEOUT * 1000 + 10);
  });
});
