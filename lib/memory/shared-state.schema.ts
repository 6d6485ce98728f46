import * as z from 'zod';
import { chosen, fields, optional } from '../config/schema.js';
import type { DecisionsWithoutState, SharedState, SharedStateConfig } from './shared-state.js';

/** A checked `sharedState` with every default filled in. */
export interface SharedStateSettings {
  readonly store: SharedState;
  /** In seconds. */
  readonly timeout: number;
  readonly onUnavailable: DecisionsWithoutState;
}

const METHODS = ['add', 'get', 'set', 'increment'] as const;
const withoutState = z.enum(['refuse', 'local']);

function isStore(value: unknown): value is SharedState {
  return METHODS.every((name) => typeof (value as Partial<SharedState> | null | undefined)?.[name] === 'function');
}

const store = z.custom<SharedState>(isStore, 'must have the methods add, get, set and increment: redisState(client, { prefix }) makes one');

const config = fields(() => ({
  store,
  timeout: optional(z.number().gt(0, 'must be a number of seconds above 0').max(60, 'must be 60 seconds or less')),
  onUnavailable: optional(fields(() => ({ logins: optional(withoutState), dpop: optional(withoutState) }))),
})) satisfies z.ZodType<SharedStateConfig>;

/** @internal The schema of the option `sharedState`: a store, or a {@link SharedStateConfig}. */
export const sharedStateSettings = chosen<SharedState | SharedStateConfig, SharedStateSettings>(
  (value) => (typeof value === 'object' && value !== null && 'store' in value ? config : store),
  (given) => {
    const { store: state, timeout = 0.25, onUnavailable }: SharedStateConfig = 'store' in given ? given : { store: given };
    return { store: state, timeout, onUnavailable: { logins: 'refuse', dpop: 'refuse', ...onUnavailable } };
  },
);
