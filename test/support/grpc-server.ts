import 'reflect-metadata';
import type { ServerDuplexStream, ServerReadableStream, ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, GrpcStreamCall, GrpcStreamMethod, Transport } from '@nestjs/microservices';
import { AuthModule, ResourceAuth } from 'nest-service-auth';
import { Observable, of } from 'rxjs';

interface Note {
  readonly text: string;
}

const SECRET: Note = { text: 'secret' };

/** Every way in which a gRPC handler may be called. All but two are declared by nobody. */
@Controller()
class Streams {
  @GrpcMethod('Streams', 'Unary')
  unary() {
    return SECRET;
  }
  @ResourceAuth({ auth: false })
  @GrpcMethod('Streams', 'OpenUnary')
  openUnary() {
    return { text: 'open' };
  }
  @GrpcMethod('Streams', 'Answers')
  answers() {
    return of(SECRET, SECRET);
  }
  @GrpcStreamMethod('Streams', 'Method')
  method(_: Observable<Note>) {
    return of(SECRET);
  }
  @GrpcStreamMethod('Streams', 'MethodOnce')
  methodOnce(_: Observable<Note>) {
    return of(SECRET);
  }
  @GrpcStreamCall('Streams', 'Call')
  call(call: ServerDuplexStream<Note, Note>) {
    call.write(SECRET);
    call.end();
  }
  @GrpcStreamCall('Streams', 'CallOnce')
  callOnce(_: ServerReadableStream<Note, Note>, callback: (error: null, note: Note) => void) {
    callback(null, SECRET);
  }
  @ResourceAuth({ auth: false })
  @GrpcStreamCall('Streams', 'OpenCall')
  openCall(call: ServerWritableStream<Note, Note>) {
    call.write({ text: 'open' });
    call.end();
  }
}

@Module({ imports: [AuthModule.forRoot({ schemes: {}, unannotated: 'deny' })], controllers: [Streams] })
class AppModule {}

const [how, url = '', protoPath = ''] = process.argv.slice(2);
const options = { transport: Transport.GRPC, options: { url, package: 'streams', protoPath } } as const;

async function start(): Promise<void> {
  if (how === 'microservice') {
    const app = await NestFactory.createMicroservice(AppModule, { ...options, logger: false });
    return app.listen();
  }
  const app = await NestFactory.create(AppModule, { logger: false });
  app.connectMicroservice(options, { inheritAppConfig: how === 'hybrid that inherits' });
  // An early one answers before the boot, and says when it has booted after the first line that it reads.
  if (how !== 'early') await app.init();
  await app.startAllMicroservices();
  if (how === 'early') process.stdin.once('data', () => void app.init().then(() => process.stdout.write('booted\n')));
}

start().then(() => process.stdout.write('listening\n'));
