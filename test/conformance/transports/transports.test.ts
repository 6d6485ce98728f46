import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, type GrpcObject, loadPackageDefinition, Metadata, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ApolloDriver } from '@nestjs/apollo';
import { Controller, type INestApplication, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { GrpcMethod, GrpcStreamMethod, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthModule, ServiceAuth, type ServiceDeclaration } from 'nest-service-auth';
import { last, map, type Observable } from 'rxjs';
import { createApp } from '../../support/adapters.js';
import { freePorts } from '../../support/free-port.js';
import type { GraphqlAnswer } from '../../support/graphql/server.js';
import { refusalOf, SOCKET_ADAPTERS, startGateways } from '../../support/web-socket.js';
import { type Fixtures, startFixtures } from '../http-listener/fixtures.js';
import { CREDENTIALS, SERVICES, TRANSPORT_CASES } from './cases.js';

type Json = Readonly<Record<string, unknown>>;

const NAMES = Object.keys(SERVICES);
const CODES: Readonly<Record<string, number>> = { admitted: 200, UNAUTHENTICATED: 401, FORBIDDEN: 403 };
const STATUSES: Readonly<Record<number, number>> = { 0: 200, 16: 401, 7: 403 };
const rows = TRANSPORT_CASES.map((each) => ({ ...each, expected: each.ours ?? each.status }));

let fixtures: Fixtures;
beforeAll(async () => {
  fixtures = await startFixtures(CREDENTIALS);
});
afterAll(() => fixtures.close());

/** The value of `authorization` for a call; none without credentials. */
async function authorizationOf(name: string | null): Promise<{ authorization?: string }> {
  if (name === null) return {};
  return { authorization: name === 'empty bearer' ? 'bearer ' : await fixtures.authorization(name) };
}

function declare(name: string, service: Type): Type {
  const auth = SERVICES[name] || false;
  const complete = (entry: Json) =>
    Object.fromEntries(
      Object.entries(entry).map(([key, value]) => [key, key === 'scopes' ? value : fixtures.complete(key, value as Json)]),
    );
  ServiceAuth({ auth: (auth === false ? false : auth.map(complete)) as ServiceDeclaration })(service);
  return service;
}

function moduleOf(parts: object) {
  class ConformanceModule {}
  return { module: ConformanceModule, imports: [AuthModule.forRoot({})], ...parts };
}

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
      return declare(name, Service);
    });
    ({ app, url } = await startGateways(adapter, moduleOf({ providers })));
  });
  afterAll(() => app.close());

  it.each(rows)('$id: $credentials gets $expected', async ({ service, credentials: name, expected }) => {
    const refusal = await refusalOf(adapter, url, { path: `/${service}`, namespace: `/${service}`, headers: await authorizationOf(name) });
    expect(CODES[refusal === 'admitted' ? refusal : String(refusal.code)]).toBe(expected);
  });
});

interface Note {
  readonly text: string;
}

const METHODS = ['Unary', 'Answers', 'Once', 'Bidi'] as const;

type Call = NodeJS.EventEmitter & { write(note: Note): void; end(): void };

/** Starts a call of any kind with one message, and settles with the code by which it ends. */
function startCall(
  send: (...given: unknown[]) => Call,
  method: (typeof METHODS)[number],
  metadata: Metadata,
  settle: (code: number) => void,
) {
  const [isUnary, isAnswered] = [method === 'Unary' || method === 'Answers', method === 'Unary' || method === 'Once'];
  const done = (error: { code: number } | null) => settle(error?.code ?? 0);
  const call = send(...(isUnary ? [{ text: 'Hello' }] : []), metadata, ...(isAnswered ? [done] : []));
  call.on('error', done).on('data', () => undefined);
  if (!isAnswered) call.on('end', () => setImmediate(() => settle(0)));
  if (isUnary) return;
  call.write({ text: 'Hello' });
  call.end();
}

function grpcService(name: string): Type {
  @Controller()
  class Service {
    @GrpcMethod(name, 'Unary')
    unary(note: Note) {
      return note;
    }
    @GrpcMethod(name, 'Answers')
    answers(note: Note) {
      return note;
    }
    @GrpcStreamMethod(name, 'Once')
    once(notes: Observable<Note>) {
      return notes.pipe(last());
    }
    @GrpcStreamMethod(name, 'Bidi')
    bidi(notes: Observable<Note>) {
      return notes.pipe(map((note) => note));
    }
  }
  return declare(name, Service);
}

describe('Ballerina’s declarative tests of its transports, as services of gRPC', () => {
  let app: INestMicroservice;
  let folder: string;
  let url: string;
  let definitions: GrpcObject;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proto-'));
    const protoPath = join(folder, 'services.proto');
    const service = (name: string) =>
      `service ${name} { rpc Unary (Note) returns (Note); rpc Answers (Note) returns (stream Note); rpc Once (stream Note) returns (Note); rpc Bidi (stream Note) returns (stream Note); }`;
    await writeFile(
      protoPath,
      ['syntax = "proto3"; package services; message Note { string text = 1; }', ...NAMES.map(service)].join('\n'),
    );
    url = `127.0.0.1:${(await freePorts(1))[0]}`;
    app = await NestFactory.createMicroservice<MicroserviceOptions>(moduleOf({ controllers: NAMES.map(grpcService) }) as never, {
      ...{ transport: Transport.GRPC, options: { url, package: 'services', protoPath }, logger: false, abortOnError: false },
    });
    await app.listen();
    definitions = loadPackageDefinition(loadSync(protoPath)).services as GrpcObject;
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  /** The code by which a call ends. */
  async function codeOf(service: string, method: (typeof METHODS)[number], fields: { readonly authorization?: string }): Promise<number> {
    const client = new (definitions[service] as ServiceClientConstructor)(url, credentials.createInsecure());
    const metadata = new Metadata();
    for (const [field, value] of Object.entries(fields)) metadata.set(field, value);
    const code = await new Promise<number>((settle) => startCall(Reflect.get(client, method).bind(client), method, metadata, settle));
    client.close();
    return code;
  }

  it.each(rows)('$id: $credentials gets $expected', async ({ service, credentials: name, expected }) => {
    const fields = await authorizationOf(name);
    const codes = await Promise.all(METHODS.map((method) => codeOf(service, method, fields)));
    expect(codes.map((code) => STATUSES[code])).toEqual(METHODS.map(() => expected));
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
      return declare(name, Service);
    });
    const graphql = GraphQLModule.forRoot({ driver: ApolloDriver as Type<never>, autoSchemaFile: true });
    const parts = moduleOf({ providers });
    app = await createApp('express', { ...parts, imports: [...parts.imports, graphql] });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/graphql`;
  });
  afterAll(() => app.close());

  it.each(rows)('$id: $credentials gets $expected', async ({ service, credentials: name, expected }) => {
    const headers = { 'content-type': 'application/json', ...(await authorizationOf(name)) };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: `{ ${service} }` }) });
    const { data, errors } = (await response.json()) as GraphqlAnswer;
    expect(CODES[String(errors?.[0]?.extensions?.code ?? 'admitted')]).toBe(expected);
    expect(data?.[service]).toBe(expected === 200 ? 'Hello World!' : undefined);
  });
});
