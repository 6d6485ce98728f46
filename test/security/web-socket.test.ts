import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { AuthService } from 'nest-service-auth';
import WebSocket from 'ws';
import { Admin, type Attack, attackedGateways, attacksOn, EVIL, Orders, ran, Tenants, tokenOf } from '../support/attacked-gateways.js';
import { basic } from '../support/users-file.js';
import { type ConnectOptions, codeOf, connect, SOCKET_ADAPTERS } from '../support/web-socket.js';

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

describe.each(SOCKET_ADAPTERS)('attacks on gateways of %s', (adapter) => {
  const start = attackedGateways(adapter);
  const more = adapter === 'socket.io' ? [Admin, Tenants] : [];
  const tokenFrom = [{ header: 'authorization' }, { auth: 'token' }, { subprotocol: 'bearer' }, { cookie: 'token' }];

  it.each(attacksOn(adapter, ATTACKS))(
    '$name ($reference)',
    async ({ act, expected }) => {
      const { url } = await start({ tokenFrom }, [Orders, ...more]);
      expect(await act(adapter, url)).toEqual(expected);
    },
    30_000,
  );

  it('has every gateway in its policy', async () => {
    const { app } = await start(undefined, [Orders, ...more]);
    const policy = app.get(AuthService).policy();
    expect(policy.map(({ access }) => access)).toEqual(policy.map(() => 'protected'));
    expect(policy.length).toBeGreaterThan(more.length);
  });
});
