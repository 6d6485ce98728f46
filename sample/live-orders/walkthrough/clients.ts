import { headers } from '@nats-io/transport-node';
import { type ClientOptions, ClientProxyFactory, NatsRecordBuilder, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { io, type Socket } from 'socket.io-client';
import { Agent, fetch } from 'undici';

/** Where the service is. */
export interface Service {
  readonly url: string;
  /** The CA of its certificate, as PEM. */
  readonly ca: string;
  readonly messages: ClientOptions;
}

/** Tries to place an order over one transport. Returns the status of the order, or the code of the refusal. */
type Attempt = (service: Service, token?: string) => Promise<string>;

/** The codes that the other transports have for the statuses of HTTP. */
const CODES: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 503: 'UNAVAILABLE' };

/** Places an order over each of the four transports. */
export const PLACE = { HTTP: overHttp, GraphQL: overGraphql, WebSocket: overWebSocket, messages: overMessages } satisfies Record<
  string,
  Attempt
>;

/** Logs a user in. */
export async function login(service: Service, name: string, seconds = 60): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${name}:${name}-demo-password`).toString('base64')}`;
  const { body } = await post(service, `/login?seconds=${seconds}`, { authorization });
  return String(body.access_token);
}

/** Sends a GraphQL operation. */
export async function ask(service: Service, token: string | undefined, query: string, variables = {}): Promise<Json> {
  return (await post(service, '/graphql', bearer(token), { query, variables })).body;
}

/** Connects a display. Rejects with the code of a refusal. */
export function connect({ url, ca }: Service, token: string | undefined): Promise<Socket> {
  const socket = io(url, { ca, forceNew: true, reconnection: false, transports: ['websocket'], auth: { token } });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error) => reject(Object(error).data?.code ?? error));
  });
}

/** Sends a message with a token, and returns the answer, or the code of the refusal. */
export async function send({ messages }: Service, token: string | undefined, pattern: string, data: unknown): Promise<unknown> {
  const client = ClientProxyFactory.create(messages);
  const fields = bearer(token);
  const nats = headers();
  for (const [name, value] of Object.entries(fields)) nats.set(name, value);
  // NATS has headers. TCP has metadata beside the payload.
  client.setOnDispatchHook((packet) => Object.assign(packet, { metadata: fields }));
  const message = messages.transport === Transport.NATS ? new NatsRecordBuilder(data).setHeaders(nats).build() : data;
  try {
    return await firstValueFrom(client.send(pattern, message));
  } catch (error) {
    return Object(error).code ?? String(error);
  } finally {
    await client.close();
  }
}

type Json = Readonly<Record<string, unknown>>;

async function overHttp(service: Service, token?: string): Promise<string> {
  const { status, body } = await post(service, '/orders', bearer(token), newOrder());
  return CODES[status] ?? String(body.status);
}

async function overGraphql(service: Service, token?: string): Promise<string> {
  const query = 'mutation ($order: NewOrder!) { placeOrder(order: $order) { status } }';
  const { data, errors } = Object(await ask(service, token, query, { order: newOrder() }));
  return errors?.[0].extensions.code ?? data.placeOrder.status;
}

async function overWebSocket(service: Service, token?: string): Promise<string> {
  const socket = await connect(service, token).catch((code: unknown) => String(code));
  if (typeof socket === 'string') return socket;
  const refused = new Promise<string>((resolve) => void socket.once('exception', ({ code }) => resolve(code)));
  const placed: Promise<string> = socket.emitWithAck('orders.place', newOrder()).then(({ status }) => status);
  placed.catch(() => undefined);
  const outcome = await Promise.race([refused, placed]);
  socket.disconnect();
  return outcome;
}

async function overMessages(service: Service, token?: string): Promise<string> {
  const answer = await send(service, token, 'orders.create', newOrder());
  return typeof answer === 'string' ? answer : String(Object(answer).status);
}

function newOrder() {
  return { id: crypto.randomUUID(), items: [{ category: 'electronics', code: 'SOWH1000XM4', qty: 1 }] };
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function post(
  { url, ca }: Service,
  path: string,
  fields: Record<string, string>,
  json?: unknown,
): Promise<{ status: number; body: Json }> {
  const dispatcher = new Agent({ connect: { ca } });
  try {
    const content = json === undefined ? {} : { body: JSON.stringify(json), headers: { ...fields, 'content-type': 'application/json' } };
    const answer = await fetch(url + path, { method: 'POST', headers: fields, dispatcher, ...content });
    return { status: answer.status, body: (await answer.json()) as Json };
  } finally {
    await dispatcher.close();
  }
}
