import { once } from 'node:events';
import { connect as dial } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthModule, AuthService, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth, secureSocket } from 'nest-service-auth';
import { as, overrideAuth } from 'nest-service-auth/testing';
import { createApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { createTestCa } from '../support/certificates.js';
import { freePorts } from '../support/free-port.js';
import { tell } from '../support/probe.strategy.js';
import { connect, refusalOf, SOCKET_ADAPTERS, startGateways } from '../support/web-socket.js';

const schemes = { probe: { probeConfig: { header: 'x-probe' } }, other: { probeConfig: { header: 'x-other' } } };
const carol = tell({ 'x-probe': { accept: { username: 'carol' } } });
const connected: string[] = [];

let app: INestApplication | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
  connected.splice(0);
});

@ServiceAuth({ auth: ['probe'] })
@WebSocketGateway()
class Protected {
  handleConnection() {
    connected.push('Protected');
  }
  @SubscribeMessage('place')
  place(@CurrentPrincipal() who: Principal) {
    return { event: 'placed', data: who.username };
  }
}

@ServiceAuth({ auth: false })
@WebSocketGateway()
class Open {
  handleConnection() {
    connected.push('Open');
  }
  @ResourceAuth({ auth: ['probe'] })
  @SubscribeMessage('guarded')
  guarded(@CurrentPrincipal() who: Principal) {
    return { event: 'guarded', data: who.username };
  }
  @SubscribeMessage('open')
  open(@CurrentPrincipal() who: Principal | undefined) {
    return { event: 'open', data: who?.username ?? 'nobody' };
  }
}

describe.each(SOCKET_ADAPTERS)('gateways on %s', (adapter) => {
  const start = async (...providers: (new () => unknown)[]) => {
    const running = await startGateways(adapter, appModule({ auth: { schemes }, providers }));
    app = running.app;
    return running.url;
  };

  it('that are open admit everybody, and ask at protected messages for the credentials of the handshake', async () => {
    const url = await start(Open);
    const [stranger, known] = await Promise.all([connect(adapter, url), connect(adapter, url, { headers: carol })]);
    expect(await stranger.ask('open')).toEqual(['open', 'nobody']);
    expect(await stranger.ask('guarded')).toMatchObject(['exception', { code: 'UNAUTHENTICATED' }]);
    expect(await known.ask('guarded')).toEqual(['guarded', 'carol']);
    expect(await known.ask('open')).toEqual(['open', 'nobody']);
    for (const client of [stranger, known]) client.close();
  });

  it('that share a server must all admit a client', async () => {
    const url = await start(Open, Protected);
    expect(await refusalOf(adapter, url)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(connected).toEqual([]);
    const client = await connect(adapter, url, { headers: carol });
    expect(connected.toSorted()).toEqual(['Open', 'Protected']);
    expect(await client.ask('place')).toEqual(['placed', 'carol']);
    client.close();
  });

  it('on a port of their own are asked in the same way', async () => {
    const [port = 0] = await freePorts(1);
    @ServiceAuth({ auth: ['probe'] })
    @WebSocketGateway(port)
    class OwnPort {
      @SubscribeMessage('place')
      place(@CurrentPrincipal() who: Principal) {
        return { event: 'placed', data: who.username };
      }
    }
    await start(OwnPort);
    expect(await refusalOf(adapter, `http://localhost:${port}`)).toMatchObject({ code: 'UNAUTHENTICATED' });
    const client = await connect(adapter, `http://localhost:${port}`, { headers: carol });
    expect(await client.ask('place')).toEqual(['placed', 'carol']);
    client.close();
  });

  it('have rows in the policy', async () => {
    await start(Open);
    const rows = app
      ?.get(AuthService)
      .policy()
      .map(({ operation, access }) => `${operation}: ${access}`);
    expect(rows).toEqual(['ws guarded: protected', 'ws handleConnection: open', 'ws open: open']);
  });

  it('know the caller whom as() makes', async () => {
    class Root {}
    const module = {
      module: Root,
      imports: [AuthModule.forRoot({ schemes: { sts: { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'a' } } } })],
    };
    @ServiceAuth({ auth: ['sts'] })
    @WebSocketGateway()
    class Chat {
      @ResourceAuth({ auth: { scopes: 'write' } })
      @SubscribeMessage('say')
      say(@CurrentPrincipal() who: Principal) {
        return { event: 'said', data: who.username };
      }
    }
    const builder = overrideAuth(Test.createTestingModule({ imports: [module], providers: [Chat] }).setLogger(false as never));
    app = (await builder.compile()).createNestApplication();
    app.useWebSocketAdapter(adapter === 'ws' ? new WsAdapter(app) : new IoAdapter(app));
    await app.listen(0, '127.0.0.1');
    const url = `http://localhost:${app.getHttpServer().address().port}`;
    expect(await refusalOf(adapter, url)).toMatchObject({ code: 'UNAUTHENTICATED' });
    const client = await connect(adapter, url, { headers: as({ username: 'carol', scopes: ['write'] }) });
    expect(await client.ask('say')).toEqual(['said', 'carol']);
    const reader = await connect(adapter, url, { headers: as({ username: 'dave' }) });
    expect(await reader.ask('say')).toMatchObject(['exception', { code: 'FORBIDDEN' }]);
    for (const each of [client, reader]) each.close();
  });

  it('know the caller of a client certificate, which counts from this site alone', async () => {
    const ca = await createTestCa();
    const [server, alice] = await Promise.all([ca.issue(), ca.issue({ cn: 'alice' })]);
    const key = { certFile: server.certPem, keyFile: server.keyPem };
    const httpsOptions = secureSocket({ key, mutualSsl: { verifyClient: 'OPTIONAL', cert: ca.certPem } });
    @ServiceAuth({ auth: [{ mutualSslConfig: {} }] })
    @WebSocketGateway()
    class Machines {
      @SubscribeMessage('who')
      who(@CurrentPrincipal() who: Principal) {
        return { event: 'who', data: who.username };
      }
    }
    const running = await startGateways(adapter, appModule({ providers: [Machines] }), { httpsOptions });
    app = running.app;
    const anonymous = { ca: ca.certPem, transports: ['websocket'] };
    const tls = { ...anonymous, cert: alice.certPem, key: alice.keyPem };
    const url = running.url;
    expect(await refusalOf(adapter, url, { ws: anonymous, io: anonymous })).toMatchObject({ code: 'UNAUTHENTICATED' });
    const client = await connect(adapter, url, { ws: tls, io: tls });
    expect(await client.ask('who')).toEqual(['who', 'alice']);
    client.close();
    const headers = { origin: 'https://evil.example' };
    expect(await refusalOf(adapter, url, { ws: tls, io: tls, headers })).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('and adapters that an application extends are asked, too', async () => {
    class ExtendedWs extends WsAdapter {
      override create(port: number, options?: Parameters<WsAdapter['create']>[1]) {
        return super.create(port, options);
      }
    }
    class ExtendedIo extends IoAdapter {
      override create(port: number, options?: Parameters<IoAdapter['create']>[1]) {
        return super.create(port, options);
      }
    }
    app = await createApp('express', appModule({ auth: { schemes }, providers: [Protected] }));
    app.useWebSocketAdapter(adapter === 'ws' ? new ExtendedWs(app) : new ExtendedIo(app));
    await app.listen(0, '127.0.0.1');
    const url = `http://localhost:${app.getHttpServer().address().port}`;
    expect(await refusalOf(adapter, url)).toMatchObject({ code: 'UNAUTHENTICATED' });
    const client = await connect(adapter, url, { headers: carol });
    expect(await client.ask('place')).toEqual(['placed', 'carol']);
    client.close();
  });
});

describe('namespaces of socket.io', () => {
  it('are admitted by their own gateways', async () => {
    @ServiceAuth({ auth: ['other'] })
    @WebSocketGateway({ namespace: 'admin' })
    class Admin {
      @SubscribeMessage('who')
      who(@CurrentPrincipal() who: Principal) {
        return { event: 'who', data: who.username };
      }
    }
    const running = await startGateways('socket.io', appModule({ auth: { schemes }, providers: [Admin, Open] }));
    app = running.app;
    expect(await refusalOf('socket.io', running.url)).toBe('admitted');
    expect(await refusalOf('socket.io', running.url, { namespace: '/admin', headers: carol })).toEqual({ code: 'UNAUTHENTICATED' });
    const headers = tell({ 'x-other': { accept: { username: 'dave' } } });
    const client = await connect('socket.io', running.url, { namespace: '/admin', headers });
    expect(await client.ask('who')).toEqual(['who', 'dave']);
    client.close();
  });
});

describe('a middleware of socket.io that throws', () => {
  it('refuses the client as unavailable, and the process goes on', async () => {
    @ServiceAuth({ auth: ['probe'] })
    @WebSocketGateway()
    class Broken {
      afterInit(server: { use(middleware: () => void): void }) {
        server.use(() => {
          throw new Error('the database is down');
        });
      }
    }
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const running = await startGateways('socket.io', appModule({ auth: { schemes }, providers: [Broken] }));
    app = running.app;
    const refusal = await refusalOf('socket.io', running.url, { headers: carol, io: { timeout: 2000 } });
    process.off('unhandledRejection', note);
    expect([refusal, unhandled]).toEqual([{ code: 'UNAVAILABLE' }, []]);
  });
});

describe('frames that arrive before the decision', () => {
  it('are handled after it, in their order, and never where the handshake is refused', async () => {
    @ServiceAuth({ auth: ['probe'] })
    @WebSocketGateway()
    class Early {
      @SubscribeMessage('early')
      early(_: unknown, data: unknown) {
        connected.push(String(data));
        return { event: 'early', data };
      }
    }
    const running = await startGateways('ws', appModule({ auth: { schemes }, providers: [Early] }));
    app = running.app;
    const { port } = new URL(running.url);
    const knock = async (behaviour: string) => {
      const socket = dial(Number(port), 'localhost');
      const lines = ['GET / HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
      const head = [...lines, 'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==', `X-Probe: ${behaviour}`, '', ''].join('\r\n');
      socket.write(Buffer.concat([Buffer.from(head), frame('{"event":"early","data":1}'), frame('{"event":"early","data":2}')]));
      let heard = '';
      socket.on('data', (data) => {
        heard += data.toString('latin1');
        if (heard.includes('"data":2') || heard.includes('HTTP/1.1 401')) socket.destroy();
      });
      await once(socket, 'close');
      return heard;
    };
    expect(await knock('{"accept":{},"later":true}')).toMatch(/101 Switching.*"data":1.*"data":2/s);
    expect(connected).toEqual(['1', '2']);
    expect(await knock('{"reject":"bad","later":true}')).toMatch(/^HTTP\/1.1 401/);
    expect(connected).toEqual(['1', '2']);
  });
});

/** A masked text frame. @see RFC 6455 §5.2 */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
