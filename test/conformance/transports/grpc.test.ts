import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, type GrpcObject, loadPackageDefinition, Metadata, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, GrpcStreamMethod, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { last, map, type Observable } from 'rxjs';
import { freePorts } from '../../support/free-port.js';
import { moduleOf, NAMES, rows, Services } from './services.js';

const STATUSES: Readonly<Record<number, number>> = { 0: 200, 16: 401, 7: 403 };

let services: Services;
beforeAll(async () => {
  services = await Services.start();
});
afterAll(() => services.close());

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
  return services.declare(name, Service);
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
    const fields = await services.authorizationOf(name);
    const codes = await Promise.all(METHODS.map((method) => codeOf(service, method, fields)));
    expect(codes.map((code) => STATUSES[code])).toEqual(METHODS.map(() => expected));
  });
});
