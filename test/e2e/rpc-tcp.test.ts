import { once } from 'node:events';
import { type AddressInfo, connect, type Server } from 'node:net';
import { type CallHandler, Controller, type ExecutionContext, type INestMicroservice, type NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { AuthService } from 'nest-service-auth';
import { createApp } from '../support/adapters.js';
import { authorizationOf, messagesModule, OrderMessages, sinkOf, startMicroservice } from '../support/rpc-app.js';
import { type MessageHeaders, promisesOfAttachedClients, promisesOfMessages } from '../support/rpc-promises.js';

const TCP = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;

/** An interceptor makes Nest run handlers later than their guards. */
class Passing implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler) {
    return next.handle();
  }
}

/** A client that writes packets itself: Nest's own sends no lists. */
function clientOf(server: Server) {
  const { port } = server.address() as AddressInfo;
  const write = async (packet: object) => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const text = JSON.stringify(packet);
    socket.write(`${text.length}#${text}`);
    return socket;
  };
  return {
    async send(pattern: string, data: unknown, metadata?: MessageHeaders): Promise<unknown> {
      const socket = await write({ pattern, data, id: '1', metadata });
      const [answer] = await once(socket, 'data');
      socket.destroy();
      const { err, response } = JSON.parse(String(answer).replace(/^\d+#/, ''));
      if (err !== undefined) throw err;
      return response;
    },
    async emit(pattern: string, data: unknown, metadata?: MessageHeaders): Promise<void> {
      (await write({ pattern, data, metadata })).end();
    },
  };
}

describe.each([
  ['without an interceptor', []],
  ['with a global interceptor', [{ provide: APP_INTERCEPTOR, useClass: Passing }]],
])('messages over TCP %s', (_, providers) => {
  let app: INestMicroservice;

  beforeAll(async () => {
    app = await startMicroservice(TCP, { providers });
  });

  afterAll(() => app.close());

  promisesOfMessages(() => ({ app, ...clientOf(app.unwrap<Server>()) }));
  promisesOfAttachedClients(() => {
    const { port } = app.unwrap<Server>().address() as AddressInfo;
    return ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
  });

  it('takes a credential that is no text for a bad one', async () => {
    const { send } = clientOf(app.unwrap<Server>());
    for (const authorization of [5, true, {}, { toString: 1 }, [[]], ['']]) {
      await expect(send('orders.list', '', { authorization } as never)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    for (const metadata of [null, 'authorization', [], { authorization: null }, { authorization: [] }])
      expect(await send('orders.list', '', metadata as never)).toBe('anonymous');
  });

  it('answers a request to a handler of events with the refusal', async () => {
    expect(await clientOf(app.unwrap<Server>()).send('orders.placed', 'x')).toMatchObject({ current: { code: 'UNAUTHENTICATED' } });
  });

  it('is in the policy by the names of the patterns', () => {
    const rows = app.get(AuthService, { strict: false }).policy();
    expect(rows.map(({ operation, access }) => [operation, access])).toEqual([
      ['rpc orders.create', 'protected'],
      ['rpc orders.list', 'protected'],
      ['rpc orders.open', 'open'],
      ['rpc orders.placed', 'protected'],
      ['rpc orders.placed', 'open'],
      ['rpc orders.probe', 'protected'],
      ['rpc orders.trace', 'protected'],
    ]);
  });
});

describe.each([true, false])('a hybrid application (inheritAppConfig: %p)', (inheritAppConfig) => {
  it('authenticates a message once, and explains a refusal in the answer where that is configured', async () => {
    const app = await createApp('express', messagesModule({ auth: { explain: 'body' }, controllers: [OrderMessages] }));
    const microservice = app.connectMicroservice(TCP, { inheritAppConfig });
    await app.init();
    await app.startAllMicroservices();
    const { send } = clientOf(microservice.unwrap<Server>());
    expect(await send('orders.create', 1, { authorization: await authorizationOf('john') })).toEqual({ by: 'john', order: 1 });
    expect(sinkOf(app).admissions).toHaveLength(1);
    await expect(send('orders.create', 1)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: expect.stringContaining('the request has no credentials'),
    });
    expect(sinkOf(app).denials).toHaveLength(1);
    await app.close();
  });
});

describe('handlers without a declaration', () => {
  @Controller()
  class Silent {
    @MessagePattern('silent')
    silent() {
      return 'silent';
    }
  }

  it('stop the boot', async () => {
    await expect(startMicroservice(TCP, { controllers: [Silent] })).rejects.toThrow('Silent.silent');
  });

  it('are refused, or covered by defaultAuth, where the options say so', async () => {
    for (const auth of [{ unannotated: 'deny' }, { defaultAuth: ['sts'] }] as const) {
      const app = await startMicroservice(TCP, { auth, controllers: [Silent] });
      const { send } = clientOf(app.unwrap<Server>());
      await expect(send('silent', '')).rejects.toMatchObject({ code: 'defaultAuth' in auth ? 'UNAUTHENTICATED' : 'FORBIDDEN' });
      await app.close();
    }
  });
});
