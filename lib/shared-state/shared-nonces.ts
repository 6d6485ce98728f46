import type { SharedState, WithoutSharedState } from '../memory/shared-state.js';
import { whereAvailable } from '../memory/where-available.js';

/** The nonces that the instances of an application have made. */
export interface SharedNonces {
  /** Keeps a nonce for `seconds`. */
  keep(nonce: string, seconds: number): void;
  /** Whether an instance has made the nonce, and it is still good. @throws AuthUnavailableError if that is not known. */
  knows(nonce: string): Promise<boolean>;
}

const KIND = 'dpop-nonce';

/**
 * Keeps nonces in the shared state, so that a proof with the nonce of one instance is good at another.
 *
 * @param onUnavailable - `'local'`: while the state is unavailable, the nonces of other instances are not known.
 */
export function sharedNonces(state: Pick<SharedState, 'get' | 'set'>, onUnavailable: WithoutSharedState = 'refuse'): SharedNonces {
  return {
    // A nonce that could not be kept is good at this instance alone: another one gives the client a new one.
    keep: (nonce, seconds) => void state.set(`${KIND}:${nonce}`, '1', seconds).catch(() => {}),
    knows: async (nonce) => {
      const find = () => state.get(`${KIND}:${nonce}`);
      return typeof (await (onUnavailable === 'local' ? whereAvailable(find, undefined) : find())) === 'string';
    },
  };
}
