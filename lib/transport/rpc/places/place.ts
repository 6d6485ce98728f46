/** Fields that stand beside the payload of a message: names, in any case, with values that may be of any type. */
export type MessageFields = Iterable<readonly [string, unknown]>;

/** The names of the fields that are read, in lower case: no other field of a message is a credential, and its payload never is. */
export const FIELD_NAMES: readonly string[] = ['authorization', 'traceparent', 'tracestate'];

/**
 * One place of credentials: reads the fields of a message from the context that Nest made for it, or from a call of gRPC; undefined for
 * a context of another kind. Contexts are recognized by their methods, because the package of their classes is optional.
 */
export type Place = (context: object) => MessageFields | undefined;

/** What is read of a context: every kind of context has some of these methods. */
export type ContextMethod =
  | 'getChannelRef'
  | 'getConsumer'
  | 'getHeaders'
  | 'getMessage'
  | 'getMetadata'
  | 'getPacket'
  | 'getPeer'
  | 'getRawRequest'
  | 'getSubject'
  | 'getTopic';

/** Whether a context has methods: what a client sends is data, and has none. */
export function has<K extends ContextMethod>(context: object, ...names: readonly K[]): context is Readonly<Record<K, () => unknown>> {
  for (const name of names) if (typeof Reflect.get(context, name) !== 'function') return false;
  return true;
}

/** A property of a value of any type; undefined where it is not an object. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** The own fields of an object, none for any other value. */
export function fieldsIn(value: unknown): MessageFields {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
