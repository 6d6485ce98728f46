import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type INestApplication, Injectable } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  type Authenticator,
  type AuthRequest,
  type AuthStrategy,
  CurrentPrincipal,
  createPrincipal,
  type Principal,
  ResourceAuth,
  ServiceAuth,
} from 'nest-service-auth';
import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { ADAPTERS } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-port.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { codeOf, connect, refusalOf, SOCKET_ADAPTERS, startGateways } from '../support/web-socket.js';

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    /** Takes the token for the name of the caller, when the gate opens. */
    gatedConfig?: Record<string, never>;
  }
}

/** Where authentications wait. */
class Gate {
  waiting: (() => void)[] = [];

  pass(): Promise<void> {
    return new Promise((resolve) => void this.waiting.push(resolve));
  }
  open(): void {
    for (const each of this.waiting.splice(0)) each();
  }
}

const gate = new Gate();

@Injectable()
class Gated implements AuthStrategy {
  readonly configKey = 'gatedConfig';

  prepare(_: unknown, scheme: string): Authenticator {
    const find = async (token: string) => {
      await gate.pass();
      return { outcome: 'accepted', principal: createPrincipal({ scheme, method: 'gated', username: token }) } as const;
    };
    const authenticate = ({ headers }: AuthRequest) => {
      const [, token] = headers.authorization?.split(' ') ?? [];
      return token === undefined ? ({ outcome: 'absent' } as const) : find(token);
    };
    return { challenges: [{ scheme: 'Bearer' }], authenticate };
  }
}

const key = createSecret('HS256');
const { iss, aud } = goodClaims();
const tokenOf = (sub: string, claims: object = {}) => mint(key, goodClaims({ sub, ...claims }));
const bearer = async (sub: string) => ({ authorization: `Bearer ${await tokenOf(sub)}` });
const schemes = {
  sts: { jwtValidatorConfig: { issuer: String(iss), audience: String(aud), signatureConfig: { secret: key.secret } } },
  gated: { gatedConfig: {} },
};

const ran: string[] = [];
let ownPort = 0;

@ServiceAuth({ auth: ['sts'] })
@WebSocketGateway()
class Orders {
  handleConnection(_: unknown, @CurrentPrincipal() who?: Principal) {
    ran.push(`connected ${who?.username}`);
  }
  @SubscribeMessage('place')
  place(@CurrentPrincipal() who: Principal) {
    ran.push('place');
    return { event: 'placed', data: who.username };
  }
  @ResourceAuth({ auth: { scopes: 'admin' } })
  @SubscribeMessage('drop')
  drop() {
    ran.push('drop');
  }
}

@ServiceAuth({ auth: ['gated'] })
class Slow {
  handleConnection() {
    ran.push('connected to slow');
  }
  @SubscribeMessage('place')
  place() {
    ran.push('placed slowly');
  }
}

/** The milliseconds after which a server has read that a client left, also on a machine under load. */
const UNTIL_LEFT = 500;

/** What a client sends while it is authenticated, and then it is gone. */
async function leaveDuringHandshake(adapter: (typeof SOCKET_ADAPTERS)[number], port: number): Promise<void> {
  if (adapter === 'ws') {
    const socket = dial(port, '127.0.0.1');
    const lines = ['GET / HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    socket.write(`${[...lines, 'Authorization: Bearer x', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='].join('\r\n')}\r\n\r\n`);
    await eventually(() => gate.waiting.length === 1);
    socket.destroy();
  } else {
    const socket = io(`http://127.0.0.1:${port}`, { forceNew: true, reconnection: false, extraHeaders: { authorization: 'Bearer x' } });
    await eventually(() => gate.waiting.length === 1);
    socket.disconnect();
  }
  await wait(UNTIL_LEFT);
  gate.open();
  await wait(100);
}

describe.each(ADAPTERS.flatMap((http) => SOCKET_ADAPTERS.map((adapter) => [http, adapter] as const)))(
  'gateways of %s and %s',
  (http, adapter) => {
    let app: INestApplication;
    let url: string;

    beforeAll(async () => {
      [ownPort = 0] = await freePorts(1);
      WebSocketGateway(ownPort)(Slow);
      const auth = {
        schemes,
        strategies: [Gated],
        webSocket: { tokenFrom: [{ header: 'authorization' }, { auth: 'token' }, { subprotocol: 'bearer' }] },
      };
      const running = await startGateways(adapter, appModule({ auth: auth as never, providers: [Orders, Slow] }), {}, http);
      app = running.app;
      url = running.url;
    });
    beforeEach(() => void ran.splice(0));
    afterAll(() => app.close());

    it('admit the caller of the handshake, and nobody else', async () => {
      expect(await codeOf(adapter, url)).toBe('UNAUTHENTICATED');
      expect(await codeOf(adapter, url, { headers: { authorization: 'Bearer x' } })).toBe('UNAUTHENTICATED');
      expect(ran).toEqual([]);
      const client = await connect(adapter, url, { headers: await bearer('john') });
      expect(await client.ask('place')).toEqual(['placed', 'john']);
      expect(await client.ask('drop')).toMatchObject(['exception', { code: 'FORBIDDEN' }]);
      client.close();
      expect(ran).toEqual(['connected john', 'place']);
    });

    it('refuse a handshake with two tokens in two places, whatever they are worth', async () => {
      const [headers, other] = [await bearer('john'), await tokenOf('ann')];
      const elsewhere = [{ protocols: ['bearer', other] }, ...(adapter === 'socket.io' ? [{ auth: { token: other } }] : [])];
      for (const place of elsewhere) expect(await codeOf(adapter, url, { headers, ...place })).toBe('BAD_REQUEST');
      expect(await codeOf(adapter, url, { headers, protocols: ['bearer', 'x'] })).toBe('BAD_REQUEST');
      expect(ran).toEqual([]);
    });

    it('on a port of their own ask in the same way, with their own schemes', async () => {
      const own = `http://127.0.0.1:${ownPort}`;
      expect(await codeOf(adapter, own)).toBe('UNAUTHENTICATED');
      const client = connect(adapter, own, { headers: { authorization: 'Bearer x' } });
      await eventually(() => gate.waiting.length === 1);
      expect(ran).toEqual([]);
      gate.open();
      (await client).close();
      expect(ran).toEqual(['connected to slow']);
    });

    it('hand no client to a gateway that has gone while it was authenticated', async () => {
      await leaveDuringHandshake(adapter, ownPort);
      expect(ran).toEqual([]);
    });
  },
);

describe.each(SOCKET_ADAPTERS)('a client of %s that has gone', (adapter) => {
  it('while its first message is checked is handed to no gateway, and neither are its messages', async () => {
    @ServiceAuth({ auth: ['gated'] })
    @WebSocketGateway()
    class First extends Slow {}
    const auth = { schemes, strategies: [Gated], webSocket: { tokenFrom: [{ message: 'authenticate' }] } };
    const { app, url } = await startGateways(adapter, appModule({ auth: auth as never, providers: [First] }));
    ran.splice(0);
    const client = await connect(adapter, url);
    client.send('authenticate', { token: 'x' });
    client.send('place', 1);
    await eventually(() => gate.waiting.length === 1);
    client.close();
    await wait(UNTIL_LEFT);
    gate.open();
    await wait(100);
    expect(ran).toEqual([]);
    await app.close();
  });
});

describe.each(SOCKET_ADAPTERS)("explain: 'body' of gateways of %s", (adapter) => {
  it('says why a handshake and a message are refused, and says no token', async () => {
    const auth = { schemes, explain: 'body', strategies: [Gated] } as const;
    const { app, url } = await startGateways(adapter, appModule({ auth, providers: [Orders] }));
    const expired = await tokenOf('john', { exp: 1 });
    const refusal = await refusalOf(adapter, url, { headers: { authorization: `Bearer ${expired}` } });
    expect(refusal).toMatchObject({ code: 'UNAUTHENTICATED', reason: expect.anything() });
    expect(JSON.stringify(refusal)).toContain('expired');
    expect(JSON.stringify(refusal)).not.toContain(expired.slice(0, 20));
    const client = await connect(adapter, url, { headers: await bearer('john') });
    const [event, answer] = await client.ask('drop');
    expect([event, answer]).toMatchObject(['exception', { code: 'FORBIDDEN', reason: expect.anything() }]);
    client.close();
    await app.close();
  });
});

describe('gateways of ws by their paths', () => {
  it('are reached by no other spelling of a path', async () => {
    @ServiceAuth({ auth: ['sts'] })
    @WebSocketGateway({ path: '/orders' })
    class ByPath extends Orders {}
    @ServiceAuth({ auth: false })
    @WebSocketGateway({ path: '/open' })
    class Open {
      @SubscribeMessage('place')
      place() {
        return { event: 'placed', data: 'openly' };
      }
    }
    const { app, url } = await startGateways('ws', appModule({ auth: { schemes, strategies: [Gated] }, providers: [ByPath, Open] }));
    ran.splice(0);
    const outcomeOf = async (path: string) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`);
      const opened = await once(socket, 'open').then(
        () => 'open',
        () => 'refused',
      );
      if (opened === 'refused') return opened;
      socket.send(JSON.stringify({ event: 'place' }));
      const [answer] = await once(socket, 'message');
      socket.terminate();
      return JSON.parse(String(answer)).data;
    };
    const paths = [
      '/orders',
      '/orders/',
      '/ORDERS',
      '//orders',
      '/orders?token=x',
      '/%6Frders',
      '/open/../orders',
      '/orders;a=b',
      '/open%2F..%2Forders',
      '/',
    ];
    for (const path of paths) expect([path, await outcomeOf(path)]).toEqual([path, 'refused']);
    expect(ran).toEqual([]);
    expect(await outcomeOf('/open')).toBe('openly');
    expect(await outcomeOf('/orders/../open')).toBe('openly');
    await app.close();
  });
});
