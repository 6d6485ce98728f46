import type { AddressInfo, Server } from 'node:net';
import { resolve } from 'node:path';
import { Controller, type INestMicroservice, Injectable } from '@nestjs/common';
import { type ClientOptions, ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { context, trace } from '@opentelemetry/api';
import {
  type AuthClient,
  AuthClients,
  AuthConfigurationError,
  CurrentPrincipal,
  InjectAuthClient,
  type Principal,
  type PrincipalEnricher,
  ServiceAuth,
} from 'nest-service-auth';
import { as, overrideAuth } from 'nest-service-auth/testing';
import { firstValueFrom } from 'rxjs';
import { startServer, type TestServer } from '../support/https-server.js';
import { authorizationOf, messagesModule, sinkOf, startMicroservice } from '../support/rpc-app.js';
import { startTelemetry } from '../support/telemetry.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const TCP = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;

function clientOf(app: INestMicroservice) {
  const { port } = app.unwrap<Server>().address() as AddressInfo;
  return ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
}

describe('messages of an AuthClient', () => {
  it('carry its token, on a client that it is attached to and in the fields that it gives', async () => {
    const token = (await authorizationOf('stock')).replace('Bearer ', '');
    const clients = { stock: { baseUrl: 'https://stock.test', auth: { bearerTokenConfig: { token } } } };
    const app = await startMicroservice(TCP, { auth: { clients } });
    const client = clientOf(app);
    const stock = app.get(AuthClients, { strict: false }).get('stock');
    expect(await stock.rpcHeaders()).toEqual({ authorization: `Bearer ${token}` });
    await expect(firstValueFrom(client.send('orders.create', 1))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(stock.attach(client)).toBe(client);
    expect(await firstValueFrom(client.send('orders.create', 1))).toEqual({ by: 'stock', order: 1 });
    expect(() => stock.attach(client)).toThrow(AuthConfigurationError);
    expect(() => stock.attach({ connect: async () => undefined })).toThrow('no place for credentials');
    await client.close();
    await app.close();
  });
});

describe('attach()', () => {
  it.each([
    [
      'gRPC',
      { transport: Transport.GRPC, options: { url: '127.0.0.1:1', package: 'streams', protoPath: resolve('test/support/streams.proto') } },
      /For gRPC, write the fields of rpcHeaders\(\) into the metadata of each call/,
    ],
    [
      'MQTT below version 5',
      { transport: Transport.MQTT, options: { url: 'mqtt://127.0.0.1:1', protocolVersion: 4 } },
      /protocolVersion: 5/,
    ],
    ['MQTT of no version', { transport: Transport.MQTT, options: { url: 'mqtt://127.0.0.1:1' } }, /protocolVersion: 5/],
  ] as const)('refuses a client of %s, and says what to do', async (_, options, message) => {
    const clients = { stock: { allowedOrigins: [], auth: { bearerTokenConfig: { token: 'a-token' } } } };
    const app = await startMicroservice(TCP, { auth: { clients } });
    const stock = app.get(AuthClients, { strict: false }).get('stock');
    expect(() => stock.attach(ClientProxyFactory.create(options as ClientOptions))).toThrow(message);
    await app.close();
  });
});

describe('with OpenTelemetry', () => {
  it('a message carries the span that is under way, and the decision about it is a child of that span', async () => {
    const telemetry = startTelemetry();
    const token = (await authorizationOf('stock')).replace('Bearer ', '');
    const clients = { stock: { allowedOrigins: [], auth: { bearerTokenConfig: { token } } } };
    const app = await startMicroservice(TCP, { auth: { clients } });
    const client = app.get(AuthClients, { strict: false }).get('stock').attach(clientOf(app));
    const span = trace.getTracer('test').startSpan('order');
    await context.with(trace.setSpan(context.active(), span), () => firstValueFrom(client.send('orders.create', 1)));
    span.end();
    const decision = telemetry.spans().find(({ name }) => name === 'authenticate');
    const { traceId, spanId } = span.spanContext();
    expect([decision?.spanContext().traceId, decision?.parentSpanContext?.spanId]).toEqual([traceId, spanId]);
    expect(sinkOf(app).admissions.at(-1)?.traceId).toBe(traceId);
    await client.close();
    await app.close();
    await telemetry.stop();
  });
});

describe('the callers of a test', () => {
  it('are the callers of messages as well', async () => {
    const builder = Test.createTestingModule({ imports: [messagesModule()] });
    const app = (await overrideAuth(builder).compile()).createNestMicroservice({ ...TCP, logger: false });
    await app.listen();
    const client = clientOf(app);
    client.setOnDispatchHook((packet) => Object.assign(packet, { metadata: as({ username: 'carol', scopes: ['add_order'] }) }));
    expect(await firstValueFrom(client.send('orders.create', 1))).toEqual({ by: 'carol', order: 1 });
    await client.close();
    await app.close();
  });
});

/** Handles messages two at a time: each of them goes on when the other one is being handled. */
@ServiceAuth({ auth: ['sts'] })
@Controller()
class Relay {
  private waiting: (() => void) | undefined;

  constructor(@InjectAuthClient('stock') private readonly stock: AuthClient) {}

  @MessagePattern('orders.relay')
  async relay(@CurrentPrincipal() caller: Principal) {
    await this.other();
    return this.stock.rpcHeaders(caller);
  }

  private other(): Promise<void> {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.();
    return waiting === undefined ? new Promise((resolve) => (this.waiting = resolve)) : Promise.resolve();
  }
}

@Injectable()
class StaffRole implements PrincipalEnricher {
  enrich() {
    return { roles: ['staff'] };
  }
}

/** The token endpoint of a test: the token that it issues names the token that was exchanged. */
function startTokenEndpoint(): Promise<TestServer> {
  return startServer(async (request, response) => {
    let form = '';
    for await (const chunk of request) form += chunk;
    const access_token = `for-${new URLSearchParams(form).get('subject_token')}`;
    const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token, issued_token_type, token_type: 'Bearer', expires_in: 60 }));
  });
}

describe('messages on behalf of the callers of two messages that are handled at the same time', () => {
  const TRACES = ['1', '2'].map((digit) => `00-${digit.repeat(32)}-${'a'.repeat(16)}-01`);

  /** What each handler would send, for messages with these tokens. */
  async function relayed(authorizations: readonly string[], auth: object = {}): Promise<Record<string, string>[]> {
    const endpoint = await startTokenEndpoint();
    const grant = { tokenUrl: endpoint.url.href, clientId: 'orders', clientSecret: 'secret' };
    const clients = { stock: { allowedOrigins: [], auth: { oauth2TokenExchangeGrantConfig: grant } } };
    const app = await startMicroservice(TCP, { auth: { clients, ...auth }, controllers: [Relay] });
    const client = clientOf(app);
    const packets = authorizations.map((authorization, index) => ({ authorization, traceparent: TRACES[index] }));
    client.setOnDispatchHook((packet) => Object.assign(packet, { metadata: packets[Number(packet.data)] }));
    try {
      return await Promise.all(packets.map((_, index) => firstValueFrom(client.send('orders.relay', index))));
    } finally {
      await client.close();
      await app.close();
      await endpoint.close();
    }
  }

  const traceIdsOf = (fields: readonly Record<string, string>[]) => fields.map(({ traceparent }) => traceparent?.split('-')[1]);
  const exchanged = (authorization: string) => authorization.replace('Bearer ', 'Bearer for-');

  it('belong each to the trace of its message, also where both messages have the same token', async () => {
    const token = await authorizationOf('alice');
    const fields = await relayed([token, token]);
    expect(traceIdsOf(fields)).toEqual(['1'.repeat(32), '2'.repeat(32)]);
    expect(fields.map(({ authorization }) => authorization)).toEqual([exchanged(token), exchanged(token)]);
  });

  it('carry each the token that its message came with, also where the enricher remembers one caller for both tokens', async () => {
    const secret = createSecret('HS256');
    const claims = goodClaims();
    const tokens = [`Bearer ${await mint(secret, claims)}`, `Bearer ${await mint(secret, claims, { typ: 'at+jwt' })}`];
    const sts = { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { secret: secret.secret } } };
    const fields = await relayed(tokens, { schemes: { sts }, enricher: StaffRole, enricherCache: { maxAge: 60 } });
    expect(fields.map(({ authorization }) => authorization)).toEqual(tokens.map(exchanged));
  });
});
