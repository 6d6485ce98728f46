import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import fc from 'fast-check';
import { AuthGuard, ServiceAuth } from 'nest-service-auth';
import { createApp } from '../support/adapters.js';
import { anyText, dataValue, fieldsOf, fieldValue, hostileValue } from '../support/any-input.js';
import { appModule } from '../support/app.js';
import { type GuardedCall, outcomeOf, REFUSED } from '../support/guard-outcome.js';
import { receivedRequest } from '../support/received-request.js';
import { tried } from '../support/runs.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const secret = createSecret('HS256');

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Orders {
  @Get('orders')
  list() {}
}

@ServiceAuth({ auth: ['sts'] })
@Resolver('Order')
class OrderResolver {
  @Query(() => String)
  orders() {}
}

@ServiceAuth({ auth: ['sts'] })
@WebSocketGateway()
class OrderGateway {
  @SubscribeMessage('orders.place')
  place() {}
}

let app: INestApplication;
let guard: AuthGuard;
let good: string;

beforeAll(async () => {
  const jwtValidatorConfig = { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { secret: secret.secret } };
  const auth = { schemes: { sts: { jwtValidatorConfig } }, explain: 'body' as const };
  const providers = [OrderResolver, OrderGateway];
  app = await createApp('fastify', appModule({ auth, controllers: [Orders], providers }));
  await app.init();
  guard = app.get(AuthGuard, { strict: false });
  good = `Bearer ${await mint(secret, goodClaims())}`;
});
afterAll(() => app.close());

async function isRefused(call: GuardedCall): Promise<void> {
  expect(await outcomeOf(guard, call)).toMatch(REFUSED);
}

/** A request of Node. */
function wire(rawHeaders: readonly string[], url = '/orders'): IncomingMessage {
  return receivedRequest({ rawHeaders, url });
}

const names = fc.constantFrom('Authorization', 'authorization', 'AUTHORIZATION', 'Cookie', 'Upgrade', 'Host', '__proto__', 'raw');
const rawHeaders = fc.array(fc.tuple(names, fieldValue), { maxLength: 6 }).map((fields) => fields.flat());
const wires = fc.record({ rawHeaders, url: fc.oneof(fc.constant('/orders'), anyText) }).map((each) => wire(each.rawHeaders, each.url));

describe('a request of Fastify', () => {
  const reply = { status: () => undefined, header: () => undefined };
  const routed = fc.oneof(fc.constant({ url: '/orders', method: 'GET' }), fieldsOf(dataValue), fc.constant(undefined));
  // What a client sends is in Node's request. The members beside it are the framework's, and those of other plugins.
  const request = fc.record({ raw: wires, routeOptions: routed, user: dataValue, headers: fieldsOf(dataValue), body: dataValue });

  it('is refused without proof', async () => {
    const property = fc.asyncProperty(request, (each) => isRefused({ type: Orders, handler: 'list', kind: 'http', args: [each, reply] }));
    await fc.assert(property, tried(200));
  });

  it('is admitted with a good token where Node has it', async () => {
    const args = [{ raw: wire(['authorization', good]) }, reply];
    expect(await outcomeOf(guard, { type: Orders, handler: 'list', kind: 'http', args })).toBe('admitted');
  });

  it('is refused with a good token that is beside the request of Node', async () => {
    const property = fc.asyncProperty(wires, async (raw) => {
      const headers = { authorization: good };
      const request = { raw, headers, rawHeaders: ['authorization', good], body: headers, query: headers, user: { username: 'alice' } };
      await isRefused({ type: Orders, handler: 'list', kind: 'http', args: [request, reply] });
    });
    await fc.assert(property, tried(50));
  });
});

describe.each(['a field', 'a reference'] as const)('a call of the resolver of %s', (kind) => {
  const info = () => ({ fieldName: 'orders', parentType: { name: 'Query' }, schema: {} });
  const args = (root: unknown, input: unknown, context: unknown) =>
    kind === 'a reference' ? [root, context, info()] : [root, input, context, info()];
  const call = (root: unknown, input: unknown, context: unknown): GuardedCall => ({
    type: OrderResolver,
    handler: 'orders',
    kind: 'graphql',
    args: args(root, input, context),
  });
  /** What the `context` function of an application may return. */
  const context = fc.oneof(
    wires.map((req) => () => ({ req })),
    fc.tuple(wires, fieldsOf(dataValue)).map(([request, others]) => () => ({ ...others, request })),
    wires.map((raw) => () => ({ reply: { request: { raw } } })),
    fieldsOf(dataValue).map((headers) => () => ({ req: { headers, rawHeaders: [] } })),
    fieldsOf(dataValue).map((connectionParams) => () => ({ connectionParams, extra: { request: wire([]) } })),
    hostileValue.map((make) => () => ({ req: make() })),
    hostileValue.map((make) => () => ({ reply: make() })),
    hostileValue,
  );

  it('is refused without proof, whatever the context of the operation is', async () => {
    const property = fc.asyncProperty(context, dataValue, dataValue, (make, root, input) => isRefused(call(root, input, make())));
    await fc.assert(property, tried(200));
  });

  it('is admitted with a good token in the request', async () => {
    expect(await outcomeOf(guard, call({}, {}, { req: wire(['authorization', good]) }))).toBe('admitted');
  });

  it('is refused with a good token in its arguments, its parent, or the parameters of the connection', async () => {
    const authorization = good;
    const property = fc.asyncProperty(wires, async (req) => {
      const fields = { authorization, headers: { authorization }, req: wire(['authorization', good]) };
      await isRefused(call(fields, fields, { req }));
      await isRefused(call(fields, fields, { req, connectionParams: fields, authorization, headers: { authorization } }));
      await isRefused(call({ ...fields, ...info() }, { ...fields, ...info() }, { req }));
    });
    await fc.assert(property, tried(30));
  });

  it('is refused where its arguments are not those of a resolver', async () => {
    const property = fc.asyncProperty(fc.array(hostileValue, { maxLength: 5 }), (makes) =>
      isRefused({ type: OrderResolver, handler: 'orders', kind: 'graphql', args: makes.map((make) => make()) }),
    );
    await fc.assert(property, tried(100));
  });
});

describe('a message of a client that no handshake has admitted', () => {
  const call = (client: unknown, data: unknown, rest: readonly unknown[] = []): GuardedCall => ({
    type: OrderGateway,
    handler: 'place',
    kind: 'ws',
    args: [client, data, ...rest],
  });
  const clients = fc.oneof(
    fc.constant(() => Object.assign(new EventEmitter(), { readyState: 1, send: () => undefined })),
    fc.tuple(wires, fieldsOf(dataValue)).map(([request, auth]) => {
      const handshake = { headers: { authorization: 'Bearer x' }, auth, query: auth };
      return () => Object.assign(new EventEmitter(), { connected: true, handshake, request, data: {} });
    }),
    hostileValue,
  );

  it('is refused without proof', async () => {
    const property = fc.asyncProperty(clients, dataValue, fc.array(dataValue, { maxLength: 2 }), (make, data, rest) =>
      isRefused(call(make(), data, rest)),
    );
    await fc.assert(property, tried(200));
  });

  it('is refused with a good token in the message, or on the client', async () => {
    const headers = { authorization: good };
    const handshake = { headers, auth: { token: good.slice(7) } };
    const client = Object.assign(new EventEmitter(), { connected: true, handshake, request: wire(['authorization', good]), headers });
    await isRefused(call(client, { token: good.slice(7), authorization: good, headers }));
    await isRefused(call(client, 'data', [{ principal: { username: 'alice' } }]));
  });
});
