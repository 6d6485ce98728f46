import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type INestApplication, NotFoundException, type WebSocketAdapter } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type Authenticator, type AuthStrategy, createPrincipal, ServiceAuth } from 'nest-service-auth';
import { createApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    everyoneConfig: object;
  }
}

/** Accepts every caller: it needs no credentials. */
class EveryoneStrategy implements AuthStrategy<object> {
  readonly configKey = 'everyoneConfig';
  prepare(_: object, scheme: string): Authenticator {
    return {
      challenges: [],
      authenticate: () => ({ outcome: 'accepted', principal: createPrincipal({ scheme, method: 'everyone', username: 'somebody' }) }),
    };
  }
}

/** A client of a server that is neither of ws nor of socket.io. */
class Client extends EventEmitter {
  readonly ends: number[] = [];
  close(code: number): void {
    this.ends.push(code);
  }
}

/** An adapter of such servers: the test connects the clients. */
class OtherAdapter implements WebSocketAdapter {
  private readonly listeners: ((client: Client) => void)[] = [];
  create() {
    return new EventEmitter();
  }
  bindClientConnect(_: unknown, connected: (client: Client) => void) {
    this.listeners.push(connected);
  }
  bindMessageHandlers() {}
  close() {}
  dispose() {}
  connect(): Client {
    const client = new Client();
    for (const each of this.listeners) each(client);
    return client;
  }
}

const hide = () => {
  throw new NotFoundException('There is no such place.');
};
class Hides {
  authorize(): boolean {
    return hide();
  }
}
class HidesLater {
  async authorize(): Promise<boolean> {
    await nextTurn();
    return hide();
  }
}
class Breaks {
  async authorize(): Promise<boolean> {
    await nextTurn();
    throw new Error('the database is down');
  }
}
class Admits {
  authorize() {
    return true;
  }
}

describe('gateways on a server that is neither of ws nor of socket.io', () => {
  let app: INestApplication | undefined;
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeEach(() => {
    unhandled.splice(0);
    process.on('unhandledRejection', note);
  });
  afterEach(async () => {
    process.off('unhandledRejection', note);
    await app?.close();
    app = undefined;
  });

  const start = async (Decides: new () => { authorize(): boolean | Promise<boolean> }) => {
    const connected: Client[] = [];
    @ServiceAuth({ auth: [{ scheme: 'everyone', authorizers: [Decides] }] })
    @WebSocketGateway()
    class Gateway {
      handleConnection(client: Client) {
        connected.push(client);
      }
    }
    const schemes = { everyone: { everyoneConfig: {} } };
    const auth = { schemes, strategies: [EveryoneStrategy] };
    const adapter = new OtherAdapter();
    app = await createApp('express', appModule({ auth, providers: [Gateway, Decides] }));
    app.useWebSocketAdapter(adapter);
    await app.init();
    return { adapter, connected };
  };

  it('admit a client that needs no credentials', async () => {
    const { adapter, connected } = await start(Admits);
    const client = adapter.connect();
    expect(connected).toEqual([client]);
    expect(client.ends).toEqual([]);
  });

  it.each([
    ['answers 404', Hides],
    ['answers 404 later', HidesLater],
    ['fails later', Breaks],
  ])('end the connection where an authorizer %s, and the process goes on', async (_, Decides) => {
    const { adapter, connected } = await start(Decides);
    const client = adapter.connect();
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(client.ends).toEqual([1013]);
    expect(connected).toEqual([]);
    expect(unhandled).toEqual([]);
  });
});
