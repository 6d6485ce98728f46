import type { AddressInfo } from 'node:net';
import { ApolloDriver } from '@nestjs/apollo';
import type { INestApplication, Type } from '@nestjs/common';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { createApp } from '../../support/adapters.js';
import type { GraphqlAnswer } from '../../support/graphql/server.js';
import { refusalOf, SOCKET_ADAPTERS, startGateways } from '../../support/web-socket.js';
import { moduleOf, NAMES, rows, Services } from './services.js';

const CODES: Readonly<Record<string, number>> = { admitted: 200, UNAUTHENTICATED: 401, FORBIDDEN: 403 };

let services: Services;
beforeAll(async () => {
  services = await Services.start();
});
afterAll(() => services.close());

describe.each(SOCKET_ADAPTERS)('Ballerina’s declarative tests of its transports, as gateways of %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    const providers = NAMES.map((name) => {
      @WebSocketGateway(adapter === 'ws' ? { path: `/${name}` } : { namespace: name })
      class Service {
        @SubscribeMessage('text')
        text() {}
      }
      return services.declare(name, Service);
    });
    ({ app, url } = await startGateways(adapter, moduleOf({ providers })));
  });
  afterAll(() => app.close());

  it.each(rows)('$id: $credentials gets $expected', async ({ service, credentials: name, expected }) => {
    const refusal = await refusalOf(adapter, url, {
      path: `/${service}`,
      namespace: `/${service}`,
      headers: await services.authorizationOf(name),
    });
    expect(CODES[refusal === 'admitted' ? refusal : String(refusal.code)]).toBe(expected);
  });
});

describe('Ballerina’s declarative tests of its transports, as queries of GraphQL', () => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    const providers = NAMES.map((name) => {
      @Resolver()
      class Service {
        @Query(() => String, { name })
        greeting() {
          return 'Hello World!';
        }
      }
      return services.declare(name, Service);
    });
    const graphql = GraphQLModule.forRoot({ driver: ApolloDriver as Type<never>, autoSchemaFile: true });
    const parts = moduleOf({ providers });
    app = await createApp('express', { ...parts, imports: [...parts.imports, graphql] });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/graphql`;
  });
  afterAll(() => app.close());

  it.each(rows)('$id: $credentials gets $expected', async ({ service, credentials: name, expected }) => {
    const headers = { 'content-type': 'application/json', ...(await services.authorizationOf(name)) };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: `{ ${service} }` }) });
    const { data, errors } = (await response.json()) as GraphqlAnswer;
    expect(CODES[String(errors?.[0]?.extensions?.code ?? 'admitted')]).toBe(expected);
    expect(data?.[service]).toBe(expected === 200 ? 'Hello World!' : undefined);
  });
});
