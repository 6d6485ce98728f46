import type { SharedStateAccess } from '../memory/shared-state.js';
import type { BoundedState } from './bounded-state.js';

/** The shared state of an application, where it has one. */
export class SharedStateInUse {
  constructor(
    /** Undefined where each process remembers for itself. */
    readonly access: (SharedStateAccess & { readonly state: BoundedState }) | undefined,
  ) {}

  /** What it counts and how it is, under its name and as authenticators say it; an empty list where there is none. */
  get reports() {
    if (this.access === undefined) return [];
    const { state } = this.access;
    return [{ name: 'sharedState', authenticator: { stats: () => ({ dependency: state.stats }), health: () => state.health() } }];
  }
}
