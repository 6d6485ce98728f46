import { isPromise } from '../awaitable.js';
import { AuthConfigurationError } from '../errors.js';
import { messageTrace, type TraceContext } from './trace-context.js';

/** A client of microservices: Nest's `ClientProxy`. */
export interface MessageClient {
  /** Connects to the server or broker, before each message. */
  connect(): Promise<unknown>;
}

type Fields = Readonly<Record<string, string>>;

/** The parts of Nest's clients that add something to messages. They differ by transporter. */
interface Parts {
  options?: Readonly<Record<string, unknown>>;
  serializer?: { serialize(value: unknown, options?: unknown): unknown };
  readonly onDispatchHook?: (packet: object) => void;
  setOnDispatchHook(hook: (packet: { metadata?: object }) => void): void;
}

/** Where a kind of client puts fields beside the payload. */
interface Place {
  /** A method that only this kind of client has: the package of their classes is optional. */
  readonly method: string;
  attach(client: Parts, fields: () => Fields, name: string): void;
}

/** A kind of client is one line. The last one takes TCP and Redis of Nest 12. Clients of gRPC inherit it, and their calls pass it by. */
const PLACES: readonly Place[] = [
  { method: 'getClientByServiceName', attach: toNothing },
  { method: 'mergePacketOptions', attach: toMqtt },
  { method: 'emitBatch', attach: toKafka },
  { method: 'mergeHeaders', attach: (client, fields) => toOptions(client, 'headers', fields) },
  { method: 'setOnDispatchHook', attach: toMetadata },
];

/** What fields of messages are made of. */
export interface FieldSource {
  /** Obtains the value of `authorization`: before each message, which waits for it. */
  readonly renew: () => Promise<string | undefined>;
  /** The fields of one message. */
  readonly fieldsOf: (authorization: string | undefined) => Fields;
}

const attached = new WeakSet<object>();

/**
 * Adds fields to every message of a client, in the place that its transporter has for them.
 *
 * @param name - the name of the `AuthClient`, for messages.
 * @param source - what the fields are made of.
 * @throws AuthConfigurationError for a client whose messages have no place for them, and for one that has fields already.
 */
export function attachTo(client: MessageClient, name: string, { renew, fieldsOf }: FieldSource): void {
  const place = PLACES.find(({ method }) => typeof Reflect.get(client, method) === 'function');
  if (attached.has(client)) throw refusal(name, 'this client has credentials already. Attach one AuthClient to each client.');
  let authorization: string | undefined;
  (place?.attach ?? toNothing)(client as MessageClient & Parts, () => fieldsOf(authorization), name);
  attached.add(client);
  const { connect } = client;
  // Nest calls it before each message, and waits for it.
  client.connect = async () => {
    authorization = await renew();
    return connect.call(client);
  };
}

/** The fields of a message. */
export function messageFields(authorization: string | undefined, trace: TraceContext = {}): Record<string, string> {
  return { ...(authorization !== undefined && { authorization }), ...messageTrace(trace) };
}

function toNothing(_: Parts, __: () => Fields, name: string): never {
  throw refusal(
    name,
    'messages of this client have no place for credentials. For gRPC, write the fields of rpcHeaders() into the metadata of each call; TCP and Redis have a place since @nestjs/microservices 12.0.4.',
  );
}

/** Nest's clients of NATS, RabbitMQ and MQTT add what is in their options to every message. */
function toOptions(client: Parts, name: string, fields: () => Fields): void {
  const { options = {} } = client;
  const get = () => {
    const all = { ...Object(options[name]), ...fields() };
    // The library for MQTT sends no message whose user properties are an empty object, and reports no error.
    return Object.keys(all).length === 0 ? undefined : all;
  };
  client.options = Object.defineProperty({ ...options }, name, { get, enumerable: true });
}

function toMqtt(client: Parts, fields: () => Fields, name: string): void {
  if (Number(client.options?.protocolVersion) !== 5)
    throw refusal(
      name,
      'messages of MQTT have a place for credentials since version 5 only. Set protocolVersion: 5 in the options of the client.',
    );
  toOptions(client, 'userProperties', fields);
}

function toKafka(client: Parts, fields: () => Fields, name: string): void {
  const { serializer } = client;
  if (serializer === undefined) toNothing(client, fields, name);
  const withFields = (record: unknown) => Object.assign(Object(record), { headers: { ...Object(Object(record).headers), ...fields() } });
  client.serializer = {
    serialize(value, options) {
      const record = serializer.serialize(value, options);
      return isPromise(record) ? record.then(withFields) : withFields(record);
    },
  };
}

function toMetadata(client: Parts, fields: () => Fields): void {
  const { onDispatchHook } = client;
  client.setOnDispatchHook((packet) => {
    onDispatchHook?.(packet);
    packet.metadata = { ...packet.metadata, ...fields() };
  });
}

function refusal(name: string, why: string): AuthConfigurationError {
  return new AuthConfigurationError(`AuthClient "${name}".attach(): ${why}`);
}
