import { isPromise, whenSettled } from '../../awaitable.js';
import { iteratorOf, LiveEvents } from './live-events.js';

/** The part of a GraphQL schema that subscriptions are in. */
export interface SubscriptionSchema {
  getSubscriptionType?(): { getFields(): Readonly<Record<string, SubscriptionField>> } | null | undefined;
}

/** A field of the type of subscriptions. */
interface SubscriptionField {
  subscribe?: ((...args: unknown[]) => unknown) | undefined;
}

/** What is done with the events of a subscription that has begun. */
export interface Watcher {
  /** Called before each event reaches the fields. */
  onEvent(): unknown;
  /** Takes the events once; returns what to call when they are over. */
  watch(events: LiveEvents): () => void;
}

/** Makes the watcher of a subscription from the arguments of its resolver, when that has been admitted. */
type WatcherOf = (args: readonly unknown[]) => Watcher;

const wrapped = new WeakSet<object>();

/** Watches every subscription of a schema. Both engines call `subscribe` of the field, with guards in it or not. */
export function watchSubscriptions(schema: SubscriptionSchema, watcherOf: WatcherOf): void {
  for (const field of Object.values(schema.getSubscriptionType?.()?.getFields() ?? {})) {
    const { subscribe } = field;
    if (subscribe === undefined || wrapped.has(subscribe)) continue;
    const watching = function watching(this: unknown, ...args: unknown[]): unknown {
      const events = subscribe.apply(this, args);
      return whenSettled(isPromise(events) ? Promise.resolve(events) : events, (settled) => watched(settled, () => watcherOf(args)));
    };
    wrapped.add(watching);
    field.subscribe = watching;
  }
}

function watched(source: unknown, makeWatcher: () => Watcher): unknown {
  const iterator = iteratorOf(source);
  if (iterator === undefined) return source;
  const watcher = makeWatcher();
  let over: (() => void) | undefined;
  const events = new LiveEvents(
    iterator,
    () => watcher.onEvent(),
    () => over?.(),
  );
  over = watcher.watch(events);
  return events;
}
