import { setTimeout as delay } from 'node:timers/promises';
import type { WithoutSharedState } from 'nest-service-auth';
import { AuthUnavailableError } from '../../../../../lib/errors.js';
import { LocalReplayMemory } from '../../../../../lib/memory/replay-memory.js';
import { BoundedState } from '../../../../../lib/shared-state/bounded-state.js';
import { sharedReplayMemory } from '../../../../../lib/shared-state/replay-memory.js';
import { sharedNonces } from '../../../../../lib/shared-state/shared-nonces.js';
import { DpopProofs } from '../../../../../lib/strategies/binding/dpop/dpop-proofs.js';
import { LocalState } from '../../../../support/local-state.js';
import { dpopRequest, type ProvingClient, provingClient } from '../../../../support/proofs.js';

/** Answers each question after 0.3 s. */
class SlowState extends LocalState {
  override async get(key: string) {
    await delay(300);
    return super.get(key);
  }
  override async add(key: string, ttl: number) {
    await delay(300);
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

  /** Checks one, and says how many seconds that took. */
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
    const begun = performance.now();
    const [outcome] = await Promise.allSettled([other.check({ token: 'a', thumbprint: client.jkt }, dpopRequest('a', [proof]), SETTINGS)]);
    return { outcome, seconds: (performance.now() - begun) / 1000, breaker: state.stats.breaker };
  }

  it('waits no longer than the time-out for both questions together', async () => {
    const { outcome, seconds, breaker } = await check('refuse');
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(AuthUnavailableError) });
    expect(seconds).toBeLessThan(0.55);
    expect(breaker).toBe('closed');
  });

  it('is admitted in this time where this process may decide', async () => {
    const { outcome, seconds } = await check('local');
    expect(outcome).toEqual({ status: 'fulfilled', value: undefined });
    expect(seconds).toBeLessThan(0.55);
  });
});
