import type { SharedState } from 'nest-service-auth';
import { AuthUnavailableError } from '../../../lib/errors.js';
import { LocalReplayMemory } from '../../../lib/memory/replay-memory.js';
import { sharedReplayMemory } from '../../../lib/shared-state/replay-memory.js';
import { LocalState } from '../../support/local-state.js';

const away: Pick<SharedState, 'add'> = { add: async () => Promise.reject(new AuthUnavailableError('away')) };

describe('what may be used once by all instances', () => {
  it('is new for one of two instances', async () => {
    const state = new LocalState();
    const [one, other] = [
      sharedReplayMemory('proof', state, new LocalReplayMemory()),
      sharedReplayMemory('proof', state, new LocalReplayMemory()),
    ];
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 ? one : other).add('p', 9)));
    expect(answers.filter((isNew) => isNew)).toHaveLength(1);
  });

  it('is separated by its kind', async () => {
    const state = new LocalState();
    await sharedReplayMemory('proof', state, new LocalReplayMemory()).add('p', 9);
    expect(await sharedReplayMemory('nonce', state, new LocalReplayMemory()).add('p', 9)).toBe(true);
  });

  it('is unknown without the shared state', async () => {
    await expect(sharedReplayMemory('proof', away, new LocalReplayMemory()).add('p', 9)).rejects.toThrow(AuthUnavailableError);
  });

  it('is new once for this process without the shared state, where that is configured', async () => {
    const memory = sharedReplayMemory('proof', away, new LocalReplayMemory(), 'local');
    expect([await memory.add('p', 9), await memory.add('p', 9)]).toEqual([true, false]);
  });

  it('is not used up where the shared state could not remember it', async () => {
    const state = new LocalState();
    let isAway = true;
    const flaky: Pick<SharedState, 'add'> = { add: (key, ttl) => (isAway ? away.add(key, ttl) : state.add(key, ttl)) };
    const memory = sharedReplayMemory('proof', flaky, new LocalReplayMemory());
    await expect(memory.add('p', 9)).rejects.toThrow(AuthUnavailableError);
    isAway = false;
    expect([await memory.add('p', 9), await memory.add('p', 9)]).toEqual([true, false]);
  });
});
