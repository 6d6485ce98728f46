import type { LocalReplayMemory, ReplayMemory } from '../memory/replay-memory.js';
import type { SharedState, WithoutSharedState } from '../memory/shared-state.js';
import { whereAvailable } from '../memory/where-available.js';
import { UNLIMITED } from '../outgoing/patience.js';

/**
 * Remembers in the shared state what may be used once by all instances together. What could not be remembered there is not used up: it may
 * come again when the shared state is back.
 *
 * @param kind - separates these keys from those of other subjects.
 * @param local - the memory of this process: it is asked first, and alone while the shared state is unavailable and `onUnavailable` is `'local'`.
 */
export function sharedReplayMemory(
  kind: string,
  state: Pick<SharedState, 'add'>,
  local: Pick<LocalReplayMemory, 'add' | 'forget'>,
  onUnavailable: WithoutSharedState = 'refuse',
): ReplayMemory {
  return {
    async add(key, seconds, waiting = UNLIMITED) {
      if (!local.add(key, seconds)) return false;
      const add = () => waiting.wait(() => state.add(`${kind}:${key}`, seconds));
      try {
        return await (onUnavailable === 'local' ? whereAvailable(add, true) : add());
      } catch (error) {
        local.forget(key);
        throw error;
      }
    },
  };
}
