import type { NonceMemory } from '../memory/nonce-memory.js';
import type { SharedState, WithoutSharedState } from '../memory/shared-state.js';
import { whereAvailable } from '../memory/where-available.js';
import { UNLIMITED } from '../outgoing/patience.js';

const KIND = 'dpop-nonce';

/**
 * Keeps nonces in the shared state, so that a proof with the nonce of one instance is good at another.
 *
 * @param onUnavailable - `'local'`: while the state is unavailable, the nonces of other instances are not known.
 */
export function sharedNonces(state: Pick<SharedState, 'get' | 'set'>, onUnavailable: WithoutSharedState = 'refuse'): NonceMemory {
  return {
    // A nonce that could not be kept is good at this instance alone: another one gives the client a new one.
    keep: (nonce, seconds) => void state.set(`${KIND}:${nonce}`, '1', seconds).catch(() => {}),
    knows: async (nonce, waiting = UNLIMITED) => {
      const find = () => waiting.wait(() => state.get(`${KIND}:${nonce}`));
      return typeof (await (onUnavailable === 'local' ? whereAvailable(find, undefined) : find())) === 'string';
    },
  };
}
