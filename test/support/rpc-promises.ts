import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ClientProxy } from '@nestjs/microservices';
import { type AuthClient, type AuthClientConfig, AuthClients } from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import { appModule } from './app.js';
import { eventually } from './eventually.js';
import { authorizationOf, handled, sinkOf } from './rpc-app.js';

/** The header fields of a message; a list is a field that occurs several times. */
export type MessageHeaders = Readonly<Record<string, string | readonly string[]>>;

/** A client of a transporter. */
export interface MessageClient {
  readonly app: INestApplicationContext;
  /** Sends a request, and gives the answer; rejects with the error that the server sent. */
  send(pattern: string, data: unknown, headers?: MessageHeaders): Promise<unknown>;
  /** Sends an event. */
  emit(pattern: string, data: unknown, headers?: MessageHeaders): Promise<unknown>;
}

/** What holds on every transporter whose messages have a place for a credential. */
export function promisesOfMessages(client: () => MessageClient, { lists = true }: { readonly lists?: boolean } = {}): void {
  const refused = (code: string, statusCode: number) => expect.objectContaining({ status: 'error', code, statusCode });

  it('admits the caller of a message, whom the handler gets, and reports it once', async () => {
    const { app, send } = client();
    const authorization = await authorizationOf('john');
    const before = sinkOf(app).admissions.length;
    expect(await send('orders.create', { id: 7 }, { authorization })).toEqual({ by: 'john', order: { id: 7 } });
    expect(sinkOf(app).admissions.slice(before)).toEqual([
      { transport: 'rpc', route: 'OrderMessages.create (rpc orders.create)', scheme: 'sts', method: 'jwt', username: 'john' },
    ]);
  });

  it('refuses a message without a credential, with a bad one and without the scope', async () => {
    const { app, send } = client();
    await expect(send('orders.create', 7)).rejects.toEqual(refused('UNAUTHENTICATED', 401));
    await expect(send('orders.create', 7, { authorization: 'Bearer nonsense' })).rejects.toEqual(refused('UNAUTHENTICATED', 401));
    const authorization = await authorizationOf('ann', { scope: 'read' });
    await expect(send('orders.create', 7, { authorization })).rejects.toEqual(refused('FORBIDDEN', 403));
    expect(sinkOf(app).denials.at(-1)).toMatchObject({ status: 403, transport: 'rpc', route: 'OrderMessages.create (rpc orders.create)' });
  });

  it('finds the credential in a header whose name has capitals', async () => {
    expect(await client().send('orders.list', '', { Authorization: await authorizationOf('john') })).toBe('john');
  });

  it('never takes the payload for headers', async () => {
    const authorization = await authorizationOf('mallory');
    const posing = {
      authorization,
      headers: { authorization },
      metadata: { authorization },
      options: { headers: { authorization } },
      properties: { headers: { authorization }, userProperties: { authorization } },
    };
    await expect(client().send('orders.create', posing)).rejects.toEqual(refused('UNAUTHENTICATED', 401));
    expect(await client().send('orders.list', posing)).toBe('anonymous');
  });

  it('refuses two credentials as a bad request', async () => {
    const [one, other] = [await authorizationOf('john'), await authorizationOf('ann')];
    if (lists)
      await expect(client().send('orders.create', 7, { authorization: [one, other] })).rejects.toEqual(refused('BAD_REQUEST', 400));
    await expect(client().send('orders.create', 7, { authorization: one, Authorization: other })).rejects.toEqual(
      refused('BAD_REQUEST', 400),
    );
  });

  it('gives an open handler no caller, and an optional one the caller that there is', async () => {
    const authorization = await authorizationOf('john');
    expect(await client().send('orders.open', '', { authorization })).toBe('open');
    expect(await client().send('orders.list', '')).toBe('anonymous');
    expect(await client().send('orders.list', '', { authorization })).toBe('john');
    await expect(client().send('orders.list', '', { authorization: 'Bearer bad' })).rejects.toEqual(refused('UNAUTHENTICATED', 401));
  });

  it('tells outages and too many attempts from bad credentials', async () => {
    const told = (behaviour: object) => client().send('orders.probe', '', { authorization: ` ${JSON.stringify(behaviour)}` });
    expect(await told({ accept: {} })).toBe('somebody');
    await expect(told({ unavailable: 'down' })).rejects.toEqual(refused('UNAVAILABLE', 503));
    await expect(told({ unavailable: 'down' })).rejects.not.toHaveProperty('reason');
    await expect(told({ retryAfter: 5 })).rejects.toEqual(refused('TOO_MANY_REQUESTS', 429));
  });

  it('does not run the handler of a refused event, runs the others, and goes on', async () => {
    const { app, emit } = client();
    handled.length = 0;
    const before = sinkOf(app).denials.length;
    await emit('orders.placed', 'a');
    await eventually(() => handled.length === 1);
    await emit('orders.placed', 'b', { authorization: await authorizationOf('john') });
    await eventually(() => handled.length === 3);
    expect(handled.toSorted()).toEqual(['counted a', 'counted b', 'placed b by john']);
    expect(sinkOf(app).denials.slice(before)).toMatchObject([
      { status: 401, transport: 'rpc', route: 'OrderMessages.placed (rpc orders.placed)' },
    ]);
  });
}

const TRACE = `00-${'1'.repeat(32)}-${'a'.repeat(16)}-01`;

/** Gives the AuthClient of an application, and closes that afterwards. */
async function withAuthClient(auth: AuthClientConfig['auth'], use: (stock: AuthClient) => Promise<void>): Promise<void> {
  const clients = { stock: { allowedOrigins: [], ...(auth !== undefined && { auth }) } };
  const context = await NestFactory.createApplicationContext(appModule({ auth: { clients } }) as unknown as Type, { logger: false });
  await use(context.get(AuthClients).get('stock')).finally(() => context.close());
}

/** What holds for the client of every transporter that an AuthClient can be attached to. */
export function promisesOfAttachedClients(make: () => ClientProxy): void {
  it('carries the token of the AuthClient that is attached to its client, and the trace', async () => {
    const token = (await authorizationOf('stock')).replace('Bearer ', '');
    await withAuthClient({ bearerTokenConfig: { token } }, async (stock) => {
      const request = { headers: { traceparent: TRACE }, rawHeaders: ['traceparent', TRACE], socket: {} };
      const client = stock.inTraceOf(request as never).attach(make());
      expect(await firstValueFrom(client.send('orders.trace', ''))).toEqual(['stock', TRACE]);
      handled.length = 0;
      await firstValueFrom(client.emit('orders.placed', 'c'), { defaultValue: undefined });
      await eventually(() => handled.length === 2);
      expect(handled.toSorted()).toEqual(['counted c', 'placed c by stock']);
      await client.close();
    });
  });

  it('carries the payload alone where the AuthClient has nothing to add', async () => {
    await withAuthClient(false, async (stock) => {
      const client = stock.attach(make());
      expect(await firstValueFrom(client.send('orders.list', ''))).toBe('anonymous');
      await client.close();
    });
  });
}
