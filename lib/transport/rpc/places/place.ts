/** The names of the fields that are read, in lower case: no other field of a message is a credential, and its payload never is. */
export const FIELD_NAMES: readonly string[] = ['authorization', 'traceparent', 'tracestate'];

/** Takes the fields that stand beside the payload of a message: names, in any case, with values that may be of any type. */
export interface FieldReader {
  /** Takes one field. */
  add(name: unknown, value: unknown): void;
}

/**
 * One place of credentials: passes the fields of a message to `reader`, from the context that Nest made for it or from a call of gRPC; false
 * for a context of another kind. Contexts are recognized by their methods, because the package of their classes is optional.
 */
export type Place = (context: object, reader: FieldReader) => boolean;

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

/** Whether a context has one or two methods: what a client sends is data, and has none. */
export function has<K extends ContextMethod>(context: object, name: K, other: K = name): context is Readonly<Record<K, () => unknown>> {
  const methods = context as Readonly<Record<ContextMethod, unknown>>;
  return typeof methods[name] === 'function' && typeof methods[other] === 'function';
}

/** A property of a value of any type; undefined where it is not an object. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Passes on the own fields of an object, none of any other value. */
export function readFieldsOf(value: unknown, reader: FieldReader): void {
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) reader.add(name, Reflect.get(value, name));
}
