import { once } from 'node:events';
import { type AddressInfo, connect, type Server } from 'node:net';
import { Controller, Get, type INestApplication, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import WebSocket from 'ws';
import { createApp } from '../support/adapters.js';
import { type AppParts, appModule, eventsOf, RecordingSink } from '../support/app.js';
import { freePorts } from '../support/free-port.js';

@Injectable()
class Sink extends RecordingSink {}

const handled: string[] = [];

@Controller()
class Messages {
  @ResourceAuth({ auth: false })
  @MessagePattern('open')
  open() {
    return 'let in';
  }
  @MessagePattern('undeclared')
  undeclared() {
    return 'let in';
  }
  @EventPattern('happened')
  happened(_: unknown) {
    handled.push('happened');
  }
}

/** Replaces a handler by a wrapper without metadata, as a retrying or tracing library does in a constructor. */
@Controller()
class WrappingMessages {
  @MessagePattern('wrapped')
  wrapped() {
    return 'let in';
  }
  @ResourceAuth({ auth: false })
  @MessagePattern('wrapped open')
  wrappedOpen() {
    return 'let in';
  }

  constructor() {
    for (const name of ['wrapped', 'wrappedOpen'] as const) {
      const method = this[name];
      this[name] = () => method.call(this);
    }
  }
}

@Controller('uncovered')
class Uncovered {
  @Get()
  list() {}
}

const local = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;
const parts: AppParts = { auth: { eventSink: Sink, unannotated: 'deny' }, controllers: [Messages, WrappingMessages] };

function callTo(server: Server) {
  const { port } = server.address() as AddressInfo;
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port, host: '127.0.0.1' } });
  return { client, call: (pattern: string) => firstValueFrom(client.send<string>(pattern, '')).catch(({ message }: Error) => message) };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
  socket.destroy();
  return isOpen;
}

/** How a client of a gateway fares: the first message that it gets, or the status with which its upgrade is refused. */
async function knock(port: number, event: string): Promise<string | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const refused = new Promise<number>((resolve) => void socket.once('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode)));
  socket.on('error', () => undefined);
  socket.once('open', () => socket.send(JSON.stringify({ event })));
  const outcome = await Promise.race([
    refused,
    new Promise<string>((resolve) => void socket.once('message', (data) => resolve(String(data)))),
  ]);
  socket.terminate();
  return outcome;
}

/** A gateway with a port of its own, in an application that tries it while it is still booting. */
async function gatewayOf(port: number, otherwise: Type[] = []) {
  const during: (string | number)[] = [];
  const connected: string[] = [];
  @ServiceAuth({ auth: false })
  @WebSocketGateway(port)
  class Gateway implements OnModuleInit {
    handleConnection() {
      connected.push('client');
    }
    async onModuleInit() {
      during.push(await knock(port, 'open'));
    }
    @SubscribeMessage('open')
    open() {
      return { event: 'open', data: 'let in' };
    }
  }
  const app = await createApp('express', appModule({ auth: { eventSink: Sink }, providers: [Gateway], controllers: otherwise }));
  app.useWebSocketAdapter(new WsAdapter(app));
  return { app, during, connected };
}

describe('before the boot has finished', () => {
  it.each([true, false])(
    'a microservice answers nobody (inheritAppConfig: %p), and afterwards what is declared',
    async (inheritAppConfig) => {
      const app = await createApp('express', appModule(parts));
      const microservice = app.connectMicroservice(local, { inheritAppConfig });
      await app.startAllMicroservices();
      const { client, call } = callTo(microservice.unwrap<Server>());
      expect(await call('open')).toBe('Service Unavailable');
      expect(await call('undeclared')).toBe('Service Unavailable');
      expect(eventsOf(app).map(({ status, route, steps }) => [status, route, steps[0]?.reason])).toEqual([
        [503, 'Messages.open', 'boot_not_finished'],
        [503, 'Messages.undeclared', 'boot_not_finished'],
      ]);
      await app.init();
      expect(await call('open')).toBe('let in');
      expect(await call('undeclared')).toBe('Forbidden');
      client.close();
      await app.close();
    },
  );

  it('no client of a gateway gets through, and its connection is not handled', async () => {
    const [port = 0] = await freePorts(1);
    const { app, during, connected } = await gatewayOf(port);
    await app.init();
    expect(during).toEqual([503]);
    expect(connected).toEqual([]);
    expect(JSON.parse(String(await knock(port, 'open')))).toEqual({ event: 'open', data: 'let in' });
    expect(connected).toEqual(['client']);
    await app.close();
  });
});

describe('a hybrid application that inherits nothing', () => {
  let app: INestApplication;
  let served: ReturnType<typeof callTo>;

  beforeAll(async () => {
    app = await createApp('express', appModule(parts));
    const microservice = app.connectMicroservice(local);
    await app.init();
    await app.startAllMicroservices();
    served = callTo(microservice.unwrap<Server>());
  });

  afterAll(async () => {
    served.client.close();
    await app.close();
  });

  it.each([
    ['undeclared', 'Forbidden'],
    ['wrapped', 'Forbidden'],
    ['open', 'let in'],
    ['wrapped open', 'let in'],
  ])('answers %p with %p', async (pattern, answer) => {
    expect(await served.call(pattern)).toBe(answer);
  });

  it('does not run an event that is refused, and goes on', async () => {
    served.client.emit('happened', '').subscribe();
    expect(await served.call('open')).toBe('let in');
    expect(handled).toEqual([]);
    expect(eventsOf(app).map(({ route }) => route)).toContain('Messages.happened (rpc happened)');
  });
});

describe('a boot that is stopped', () => {
  it('closes the port of a microservice that listens already', async () => {
    const app = await createApp('express', appModule({ controllers: [Messages, Uncovered] }));
    const microservice = app.connectMicroservice(local, { inheritAppConfig: true });
    await app.startAllMicroservices();
    const { port } = microservice.unwrap<Server>().address() as AddressInfo;
    expect(await isListening(port)).toBe(true);
    await expect(app.init()).rejects.toThrow('Uncovered.list');
    expect(await isListening(port)).toBe(false);
    await app.close();
  });

  it('closes the port of a gateway, and the application can be closed afterwards', async () => {
    const [port = 0] = await freePorts(1);
    const { app, during } = await gatewayOf(port, [Uncovered]);
    await expect(app.init()).rejects.toThrow('Uncovered.list');
    expect(during).toEqual([503]);
    expect(await isListening(port)).toBe(false);
    await expect(app.close()).resolves.toBeUndefined();
  });

  it('closes the port of HTTP where the application opened it itself', async () => {
    const app = await createApp('express', appModule({ controllers: [Uncovered] }));
    const server: Server = app.getHttpServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    await expect(app.init()).rejects.toThrow('Uncovered.list');
    expect(await isListening(port)).toBe(false);
    await app.close();
  });
});

describe('classes that several applications share', () => {
  it('are guarded by each application in its own way', async () => {
    const guarded = await createApp('express', appModule(parts));
    await guarded.close();
    const app = await createApp('express', appModule({ ...parts, controllers: [Messages] }));
    const microservice = app.connectMicroservice(local);
    await app.init();
    await app.startAllMicroservices();
    const { client, call } = callTo(microservice.unwrap<Server>());
    expect(await call('undeclared')).toBe('Forbidden');
    client.close();
    expect(eventsOf(guarded)).toEqual([]);
    expect(eventsOf(app).map(({ route }) => route)).toEqual(['Messages.undeclared (rpc undeclared)']);
    await app.close();
  });

  it('stop the boot of an application without this module', async () => {
    class PlainModule {}
    const plain = await NestFactory.create({ module: PlainModule, controllers: [Messages] }, { logger: false, abortOnError: false });
    await expect(plain.init()).rejects.toThrow('AuthModule is not imported');
    await plain.close();
  });
});
