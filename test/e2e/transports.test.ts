import { once } from 'node:events';
import { type AddressInfo, connect, type Server } from 'node:net';
import { Controller, Get, Injectable } from '@nestjs/common';
import { ClientProxyFactory, EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthEventSink, CurrentPrincipal, type Principal, ResourceAuth } from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import WebSocket from 'ws';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { appModule, RecordingSink } from '../support/app.js';

@WebSocketGateway()
class ChatGateway {
  @ResourceAuth({ auth: false })
  handleConnection() {}
  @SubscribeMessage('silent')
  silent() {
    return { event: 'silent', data: 'let in' };
  }
  @ResourceAuth({ auth: false })
  @SubscribeMessage('open')
  open(@CurrentPrincipal() caller: Principal | undefined) {
    return { event: 'open', data: caller ?? 'let in' };
  }
}

/** As tracing, retries or transactions wrap a handler: another function with its metadata, and a name of the library's own. */
function wrappedAs(name: string): MethodDecorator {
  return (_, __, descriptor: PropertyDescriptor) => {
    const original = descriptor.value;
    const wrapper = { [name]: (...parameters: unknown[]) => original(...parameters) }[name];
    for (const key of Reflect.getMetadataKeys(original)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, original), Object(wrapper));
    }
    descriptor.value = wrapper;
  };
}

@WebSocketGateway()
class WrappingGateway {
  @ResourceAuth({ auth: false })
  handleConnection() {}
  @ResourceAuth({ auth: false })
  @SubscribeMessage('run')
  run() {
    return { event: 'run', data: 'let in' };
  }
  @wrappedAs('run')
  @SubscribeMessage('admin')
  admin() {
    return { event: 'admin', data: 'let in' };
  }
  @ResourceAuth({ auth: false })
  @wrappedAs('traced')
  @SubscribeMessage('traced')
  traced() {
    return { event: 'traced', data: 'let in' };
  }
}

@Controller('orders')
class OrdersController {
  @ResourceAuth({ auth: false })
  @Get()
  list() {
    return 'orders';
  }
  @MessagePattern('silent')
  silent() {
    return 'let in';
  }
  @EventPattern('event')
  event(_: unknown) {}
  @ResourceAuth({ auth: false })
  @MessagePattern('open')
  open(@CurrentPrincipal() caller: Principal | undefined) {
    return caller ?? 'let in';
  }
}

@Injectable()
class Sink extends RecordingSink {}

/** Calls a message handler as no client of Nest does: with a packet that carries no data. */
async function answerWithoutData(port: number, pattern: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const packet = JSON.stringify({ pattern, id: '1' });
  socket.write(`${packet.length}#${packet}`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}

describe.each(ADAPTERS)('handlers of other transports than HTTP, beside %s', (adapter) => {
  it('are refused in the words of their transport, unless they are declared open, where the caller is nobody', async () => {
    const app = await createApp(
      adapter,
      appModule({
        auth: { eventSink: Sink, unannotated: 'deny' },
        controllers: [OrdersController],
        providers: [ChatGateway, WrappingGateway],
      }),
    );
    app.useWebSocketAdapter(new WsAdapter(app));
    const microservice = app.connectMicroservice(
      { transport: Transport.TCP, options: { port: 0, host: '127.0.0.1' } },
      { inheritAppConfig: true },
    );
    await app.listen(0, '127.0.0.1');
    await app.startAllMicroservices();
    const { port } = app.getHttpServer().address() as AddressInfo;

    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(socket, 'open');
    const ask = async (event: string) => {
      socket.send(JSON.stringify({ event }));
      const [answer] = await once(socket, 'message');
      return JSON.parse(String(answer));
    };
    expect(await ask('open')).toEqual({ event: 'open', data: 'let in' });
    expect(await ask('silent')).toMatchObject({ event: 'exception', data: { status: 'error', code: 'FORBIDDEN', message: 'Forbidden' } });
    expect(await ask('run')).toEqual({ event: 'run', data: 'let in' });
    expect(await ask('traced')).toEqual({ event: 'traced', data: 'let in' });
    expect(await ask('admin')).toMatchObject({ event: 'exception', data: { code: 'FORBIDDEN', message: 'Forbidden' } });
    socket.close();

    const { port: tcp } = microservice.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port: tcp, host: '127.0.0.1' } });
    const call = (pattern: string) => firstValueFrom(client.send(pattern, ''));
    expect(await call('open')).toBe('let in');
    await expect(call('silent')).rejects.toEqual({ status: 'error', code: 'FORBIDDEN', message: 'Forbidden', statusCode: 403 });
    expect(await answerWithoutData(tcp, 'open')).toContain('"response":"let in"');
    client.close();

    const { events: denials } = app.get<Sink>(AuthEventSink, { strict: false });
    const events = denials.map(({ route, steps }) => `${route}: ${steps[0]?.reason}`);
    expect(events).toEqual([
      'ChatGateway.silent (ws silent): no_way_in',
      'WrappingGateway.admin (ws admin): no_way_in',
      'OrdersController.silent (rpc silent): no_way_in',
    ]);
    await app.close();
  });
});
