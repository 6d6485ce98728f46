import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { type INestApplication, Injectable, NotFoundException } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { type Authorizer, AuthService, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import WebSocket from 'ws';
import { appModule } from '../support/app.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';
import { basic, makeUsersFile, type UsersFile } from '../support/users-file.js';
import {
  type ConnectOptions,
  codeOf,
  connect,
  refusalOf,
  SOCKET_ADAPTERS,
  type SocketAdapterName,
  startGateways,
} from '../support/web-socket.js';

const key = createSecret('HS256');
const { iss, aud } = goodClaims();
const EVIL = 'https://evil.example';
const ran: unknown[] = [];

const tokenOf = (sub: string, claims: object = {}) => mint(key, goodClaims({ sub, ...claims }));

@Injectable()
class Hides implements Authorizer {
  authorize(): boolean {
    throw new NotFoundException('There is no such order.');
  }
}

@ServiceAuth({ auth: ['sts', 'users', 'cookies'] })
@WebSocketGateway()
class Orders {
  @SubscribeMessage('place')
  place(@CurrentPrincipal() who: Principal, @MessageBody() order: unknown) {
    ran.push(order);
    return { event: 'placed', data: who.username };
  }
  @ResourceAuth({ auth: [{ scheme: 'sts', authorizers: [Hides] }] })
  @SubscribeMessage('hidden')
  hidden() {
    ran.push('hidden');
  }
}

@ServiceAuth({ auth: [{ scheme: 'sts', scopes: ['admin'] }] })
@WebSocketGateway({ namespace: 'admin' })
class Admin {
  @SubscribeMessage('drop')
  drop() {
    ran.push('drop');
    return { event: 'dropped', data: 'all' };
  }
}

@ServiceAuth({ auth: [{ scheme: 'sts', scopes: ['tenant'] }] })
@WebSocketGateway({ namespace: /^\/tenant-\d+$/ as never })
class Tenants {
  @SubscribeMessage('drop')
  drop() {
    ran.push('drop');
    return { event: 'dropped', data: 'all' };
  }
}

const FLOOD = 500;

/** An attack: what it does, and what the attacker sees. */
interface Attack {
  readonly name: string;
  readonly reference: string;
  /** Left out: both. */
  readonly on?: SocketAdapterName;
  readonly act: (adapter: SocketAdapterName, url: string) => Promise<unknown>;
  readonly expected: unknown;
}

/** What a handshake that is refused gets. */
const handshake =
  (options: () => Promise<ConnectOptions>): Attack['act'] =>
  async (adapter, url) =>
    codeOf(adapter, url, await options());

/** The rest of a raw upgrade's answer. */
async function upgrade(url: string, ...fields: string[]): Promise<string> {
  const { port } = new URL(url);
  const socket = dial(Number(port), '127.0.0.1');
  const lines = ['GET / HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  socket.write(`${[...lines, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', ...fields].join('\r\n')}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'another site opens a connection with the cookie of its visitor',
    reference: 'CWE-1385, OWASP WSTG-CLNT-10',
    act: handshake(async () => ({ headers: { cookie: `token=${await tokenOf('john')}`, origin: EVIL } })),
    expected: 'FORBIDDEN',
  },
  {
    name: 'a sandboxed page opens a connection with the cookie of its visitor',
    reference: 'RFC 6454 §7.3 (origin null)',
    act: handshake(async () => ({ headers: { cookie: `token=${await tokenOf('john')}`, origin: 'null' } })),
    expected: 'FORBIDDEN',
  },
  {
    name: 'another site opens a connection with the password that the browser has',
    reference: 'CWE-1385, RFC 6455 §4.1 (12)',
    act: handshake(async () => ({ headers: { authorization: basic('alice', 'alice@123'), origin: EVIL } })),
    expected: 'FORBIDDEN',
  },
  {
    name: 'another site tries passwords until the user is locked out',
    reference: 'CWE-645, OWASP WSTG-ATHN-03',
    async act(adapter, url) {
      for (let attempt = 0; attempt < 20; attempt++)
        await codeOf(adapter, url, { headers: { authorization: basic('alice', `guess ${attempt}`), origin: EVIL } });
      return codeOf(adapter, url, { headers: { authorization: basic('alice', 'alice@123') } });
    },
    expected: 'admitted',
  },
  {
    name: 'the query has the token',
    reference: 'RFC 9700 §4.3.2, OWASP API2:2023',
    act: handshake(async () => ({ io: { query: { token: await tokenOf('john') } }, path: `/?access_token=${await tokenOf('john')}` })),
    expected: 'UNAUTHENTICATED',
  },
  {
    name: 'two Authorization fields',
    reference: 'RFC 9110 §5.3, §11.6.2',
    on: 'ws',
    act: async (_, url) => {
      const fields = [await tokenOf('john'), await tokenOf('eve')].map((token) => `Authorization: Bearer ${token}`);
      return (await upgrade(url, ...fields)).slice(0, 12);
    },
    expected: 'HTTP/1.1 400',
  },
  {
    name: 'two subprotocols with tokens',
    reference: 'RFC 6455 §4.1 (10), RFC 6750 §2',
    act: handshake(async () => {
      const other = Buffer.from(await tokenOf('eve')).toString('base64url');
      return { protocols: ['app', 'bearer', await tokenOf('john'), `base64url.bearer.authorization.${other}`] };
    }),
    expected: 'BAD_REQUEST',
  },
  {
    name: 'the token of a subprotocol is echoed where proxies log it',
    reference: 'RFC 6455 §4.2.2 (/subprotocol/), CWE-532',
    on: 'ws',
    act: async (_, url) => {
      const token = await tokenOf('john');
      const answer = await upgrade(url, `Sec-WebSocket-Protocol: bearer, ${token}`);
      return [answer.slice(0, 12), answer.includes(token), /sec-websocket-protocol/i.test(answer)];
    },
    expected: ['HTTP/1.1 101', false, false],
  },
  ...[['a', 'b'], [['x']], { length: 1 }, 5, true, ''].map(
    (token): Attack => ({
      name: `auth.token is ${JSON.stringify(token)}`,
      reference: 'CWE-843',
      on: 'socket.io',
      act: handshake(async () => ({ auth: { token } })),
      expected: 'UNAUTHENTICATED',
    }),
  ),
  {
    name: 'auth has the token in an inherited field',
    reference: 'CWE-1321',
    on: 'socket.io',
    act: handshake(async () => ({ auth: JSON.parse(`{ "__proto__": { "token": "${await tokenOf('john')}" } }`) })),
    expected: 'UNAUTHENTICATED',
  },
  {
    name: 'a namespace with other requirements is opened over an admitted connection',
    reference: 'OWASP API5:2023',
    on: 'socket.io',
    async act(adapter, url) {
      const client = await connect(adapter, url, { auth: { token: await tokenOf('john') } });
      const codes = [];
      for (const namespace of ['/admin', '/tenant-7'])
        for (const auth of [{}, { token: await tokenOf('john') }])
          codes.push(await codeOf(adapter, url, { namespace, auth, io: { forceNew: false } }));
      codes.push(await codeOf(adapter, url, { namespace: '/tenant-8', auth: { token: await tokenOf('john', { scope: 'tenant' }) } }));
      client.close();
      return codes;
    },
    expected: ['UNAUTHENTICATED', 'FORBIDDEN', 'UNAUTHENTICATED', 'FORBIDDEN', 'admitted'],
  },
  {
    name: 'an upgrade to a path without a gateway',
    reference: 'RFC 6455 §4.2.2',
    on: 'ws',
    act: async (_, url) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/unknown`);
      return Promise.race([
        once(socket, 'open').then(
          () => 'open',
          () => 'refused',
        ),
        once(socket, 'error').then(() => 'refused'),
      ]);
    },
    expected: 'refused',
  },
  {
    name: 'a client returns with the token that has expired',
    reference: 'RFC 7519 §4.1.4',
    act: handshake(async () => ({
      headers: { authorization: `Bearer ${await tokenOf('john', { exp: Math.floor(Date.now() / 1000) - 3600 })}` },
    })),
    expected: 'UNAUTHENTICATED',
  },
  {
    name: 'events with the names of methods and of the prototype',
    reference: 'CWE-1321, CWE-470',
    async act(adapter, url) {
      const client = await connect(adapter, url, { headers: { authorization: `Bearer ${await tokenOf('john')}` } });
      for (const event of ['handleConnection', 'hidden ', '__proto__', 'constructor', 'toString', 'exception']) client.send(event, {});
      const answer = await client.ask('place', 'last');
      client.close();
      return [answer, ran];
    },
    expected: [['placed', 'john'], ['last']],
  },
  {
    name: 'a handler that an authorizer hides with an exception of its own',
    reference: 'RFC 9110 §15.5.5',
    async act(adapter, url) {
      const client = await connect(adapter, url, { headers: { authorization: `Bearer ${await tokenOf('john')}` } });
      const answer = await client.ask('hidden');
      client.close();
      return [answer, ran];
    },
    expected: [['exception', { status: 'error', code: 'FORBIDDEN', message: 'There is no such order.' }], []],
  },
  {
    name: 'frames that are no messages',
    reference: 'RFC 6455 §5.6',
    on: 'ws',
    async act(_, url) {
      const socket = new WebSocket(url.replace('http', 'ws'), { headers: { authorization: `Bearer ${await tokenOf('john')}` } });
      await once(socket, 'open');
      for (const frame of ['', 'null', '[]', '{', '{"event":{}}', Buffer.from([0, 255, 1]), Buffer.from('{"event":"hidden ","data":1}')])
        socket.send(frame);
      socket.send(Buffer.from('{"event":"place","data":"binary"}'));
      const [answer] = await once(socket, 'message');
      socket.terminate();
      return [JSON.parse(String(answer)), ran];
    },
    expected: [{ event: 'placed', data: 'john' }, ['binary']],
  },
];

/** Attacks where the first message has the token. */
const FIRST: readonly Attack[] = [
  {
    name: 'a flood of messages before the token',
    reference: 'CWE-362, OWASP API4:2023',
    async act(adapter, url) {
      const client = await connect(adapter, url);
      for (let index = 0; index < FLOOD; index++) client.send('place', index);
      const answers = new Set<string>();
      for (let index = 0; index < FLOOD; index++) answers.add(JSON.stringify(await client.next()));
      const admitted = await client.ask('authenticate', { token: await tokenOf('john') });
      client.close();
      return [[...answers].map((each) => JSON.parse(each)[1].code), admitted, ran];
    },
    expected: [['UNAUTHENTICATED'], ['authenticate', { status: 'ok' }], []],
  },
  {
    name: 'messages that race the token',
    reference: 'CWE-367',
    async act(adapter, url) {
      const client = await connect(adapter, url);
      client.send('place', 'before');
      client.send('authenticate', { token: await tokenOf('john') });
      client.send('place', 'after');
      const answers = [await client.next(), await client.next(), await client.next()];
      client.close();
      return [answers.map(([event]) => event), ran];
    },
    expected: [['exception', 'authenticate', 'placed'], ['after']],
  },
  {
    name: 'more messages than are kept while the token is checked, from a client that cannot be paused',
    reference: 'CWE-770',
    on: 'socket.io',
    async act(adapter, url) {
      // The check may be faster than the flood: then the messages are answered, and the next connection tries again.
      for (let attempt = 0; attempt < 20; attempt++) {
        ran.length = 0;
        const client = await connect(adapter, url);
        client.send('authenticate', { token: await tokenOf(`john${attempt}`) });
        for (let index = 0; index < FLOOD; index++) client.send('place', index);
        const outcome = await Promise.race([client.ended.then(() => 'ended'), client.next()]);
        if (outcome === 'ended') return ran.length <= 64;
        client.close();
      }
      return 'every check was faster';
    },
    expected: true,
  },
  {
    name: 'a good token after a bad one, and a second one afterwards',
    reference: 'CWE-384',
    async act(adapter, url) {
      const client = await connect(adapter, url);
      const bad = await client.ask('authenticate', { token: 'x' });
      const good = await client.ask('authenticate', { token: await tokenOf('john') });
      client.send('authenticate', { token: await tokenOf('eve') });
      const placed = await client.ask('place', 1);
      client.close();
      return [bad[0], good[0], placed];
    },
    expected: ['exception', 'authenticate', ['placed', 'john']],
  },
  {
    name: 'another site with the cookie of its visitor and a message without a token',
    reference: 'CWE-1385',
    async act(adapter, url) {
      const outcome = await refusalOf(adapter, url, { headers: { cookie: `token=${await tokenOf('john')}`, origin: EVIL } });
      return outcome === 'admitted' ? outcome : outcome.code;
    },
    expected: 'FORBIDDEN',
  },
];

describe.each(SOCKET_ADAPTERS)('attacks on gateways of %s', (adapter) => {
  let app: INestApplication | undefined;
  let users: UsersFile;
  const of = (attacks: readonly Attack[]) => attacks.filter(({ on = adapter }) => on === adapter);

  const start = async (webSocket: object | undefined, providers: (new () => unknown)[]) => {
    const config = { issuer: String(iss), audience: String(aud), signatureConfig: { secret: key.secret } };
    const schemes = {
      sts: { jwtValidatorConfig: config },
      users: { fileUserStoreConfig: { path: users.path, allowPlainText: true } },
      cookies: { jwtValidatorConfig: { ...config, tokenFrom: [{ cookie: 'token' }] } },
    };
    const auth = { schemes, authorizers: [Hides], allowedOrigins: ['https://app.example.com'], ...(webSocket && { webSocket }) };
    const running = await startGateways(adapter, appModule({ auth: auth as never, providers }));
    app = running.app;
    return running.url;
  };

  beforeAll(async () => {
    users = await makeUsersFile([{ username: 'alice', password: 'alice@123' }]);
  });
  beforeEach(() => void ran.splice(0));
  afterEach(() => app?.close());
  afterAll(() => users.remove());

  const more = adapter === 'socket.io' ? [Admin, Tenants] : [];
  const tokenFrom = [{ header: 'authorization' }, { auth: 'token' }, { subprotocol: 'bearer' }, { cookie: 'token' }];

  it.each(of(ATTACKS))(
    '$name ($reference)',
    async ({ act, expected }) => {
      const url = await start({ tokenFrom }, [Orders, ...more]);
      expect(await act(adapter, url)).toEqual(expected);
    },
    30_000,
  );

  it.each(of(FIRST))(
    '$name ($reference)',
    async ({ act, expected }) => {
      const url = await start({ tokenFrom: [{ message: 'authenticate' }, { cookie: 'token' }] }, [Orders]);
      expect(await act(adapter, url)).toEqual(expected);
    },
    30_000,
  );

  it('has every gateway in its policy', async () => {
    await start(undefined, [Orders, ...more]);
    expect(
      app
        ?.get(AuthService)
        .policy()
        .every(({ access }) => access === 'protected'),
    ).toBe(true);
  });
});
