import type { SharedStateAccess } from '../memory/shared-state.js';
import type { BoundedState } from './bounded-state.js';

/** The shared state of an application, where it has one. */
export class SharedStateInUse {
  constructor(
    /** Undefined where each process remembers for itself. */
    readonly access: (SharedStateAccess & { readonly state: BoundedState }) | undefined,
  ) {}
}
