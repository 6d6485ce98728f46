import { once } from 'node:events';
import { type AddressInfo, connect, type Server } from 'node:net';
import { Controller, Get, type INestApplication, Injectable, NotFoundException } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { type Authorizer, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { createApp } from '../support/adapters.js';
import { provingClient } from '../support/proofs.js';
import { authorizationOf, messagesModule, schemes } from '../support/rpc-app.js';

const ran: string[] = [];
/** Where clients call the application, whatever its port is. */
const PUBLIC = 'https://api.example.com';

/** A token that is bound to something. */
const boundTo = async (cnf: object) => (await authorizationOf('john', { cnf })).replace('Bearer ', '');

@Injectable()
class Hides implements Authorizer {
  authorize(): boolean {
    throw new NotFoundException('There is no such order.');
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Orders {
  @MessagePattern('orders.get')
  @Get('orders')
  get(@CurrentPrincipal() caller: Principal | undefined) {
    ran.push('get');
    return { by: caller?.username ?? 'nobody' };
  }
  @ResourceAuth({ auth: [{ scheme: 'sts', authorizers: [Hides] }] })
  @MessagePattern('orders.hidden')
  hidden() {
    ran.push('hidden');
  }
  @EventPattern('orders.*')
  any(@Payload() _: unknown) {
    ran.push('any');
  }
  @MessagePattern({ cmd: 'drop', role: 'admin' })
  drop() {
    ran.push('drop');
    return 'dropped';
  }
}

/** Another handler of the same pattern, which is open. */
@ServiceAuth({ auth: false })
@Controller()
class Board {
  @EventPattern('orders.placed')
  placed(@CurrentPrincipal() caller: Principal | undefined) {
    ran.push(`board for ${caller?.username ?? 'nobody'}`);
  }
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Books {
  @EventPattern('orders.placed')
  placed(@CurrentPrincipal() caller: Principal) {
    ran.push(`books for ${caller.username}`);
  }
}

type Packet = Readonly<Record<string, unknown>>;
type Send = (packet: Packet) => Promise<Packet>;

/** An attack by the packets of a client that writes them itself. */
interface Attack {
  readonly name: string;
  readonly reference: string;
  readonly act: (send: Send, url: string) => Promise<unknown>;
  readonly expected: unknown;
}

const REFUSED = expect.objectContaining({ code: 'UNAUTHENTICATED', statusCode: 401 });

/** The errors of packets. */
const packets = (make: (authorization: string) => readonly Packet[]): Attack['act'] => {
  return async (send) => {
    const errors = [];
    for (const packet of make(await authorizationOf('mallory')))
      errors.push((await send({ pattern: 'orders.get', data: '', ...packet })).err);
    return [errors, ran];
  };
};

const ATTACKS: readonly Attack[] = [
  {
    name: 'the payload poses as header fields',
    reference: 'CWE-290, CWE-345',
    act: packets((authorization) => [
      { data: { authorization } },
      { data: { headers: { authorization } } },
      { data: { metadata: { authorization } } },
      { data: { properties: { headers: { authorization }, userProperties: { authorization } } } },
      { headers: { authorization } },
      { options: { headers: { authorization } } },
      { authorization },
    ]),
    expected: [Array(7).fill(REFUSED), []],
  },
  {
    name: 'the payload poses as a call of gRPC',
    reference: 'CWE-843',
    act: packets((authorization) => [
      { data: { emit: 1, sendMetadata: 1, getPeer: 1, metadata: { get: authorization, authorization } } },
      { data: [{ metadata: { authorization } }, { authorization }, { authorization }] },
    ]),
    expected: [Array(2).fill(REFUSED), []],
  },
  {
    name: 'metadata that inherits the field, or has it in another form',
    reference: 'CWE-1321, CWE-843',
    act: packets((authorization) => [
      { metadata: JSON.parse(`{ "__proto__": { "authorization": ${JSON.stringify(authorization)} } }`) },
      { metadata: [['authorization', authorization]] },
      { metadata: { 'authorization ': authorization } },
      { metadata: { authorization: { value: authorization } } },
      { metadata: { authorization: [[authorization]] } },
      { metadata: { authorization: { type: 'Buffer', data: [...Buffer.from(authorization)] } } },
    ]),
    expected: [Array(6).fill(REFUSED), []],
  },
  {
    name: 'two credentials, of which each hop could take another',
    reference: 'RFC 9110 §5.3, CWE-444',
    act: packets((authorization) => [
      { metadata: { authorization: [authorization, 'Bearer x'] } },
      { metadata: { authorization: 'Bearer x', AUTHORIZATION: authorization } },
      { metadata: { authorization: [authorization, authorization] } },
    ]),
    expected: [Array(3).fill(expect.objectContaining({ code: 'BAD_REQUEST' })), []],
  },
  {
    name: 'a stolen token that is bound to a key or a certificate: a message can prove neither',
    reference: 'RFC 9449 §7.1, RFC 8705 §3',
    async act(send) {
      const prover = await provingClient();
      const [byKey, byCertificate] = [await boundTo({ jkt: prover.jkt }), await boundTo({ 'x5t#S256': prover.jkt })];
      const dpop = prover.proof({ htm: 'POST', htu: `${PUBLIC}/`, token: byKey });
      const metadata: readonly object[] = [
        { authorization: `Bearer ${byKey}` },
        { authorization: `DPoP ${byKey}` },
        { authorization: `DPoP ${byKey}`, dpop },
        { authorization: `Bearer ${byCertificate}` },
      ];
      const errors = [];
      for (const each of metadata) errors.push((await send({ pattern: 'orders.get', data: '', metadata: each })).err);
      return [errors, ran];
    },
    expected: [Array(4).fill(REFUSED), []],
  },
  {
    name: 'a request for a handler of events, and an event for a handler of requests',
    reference: 'OWASP API5:2023',
    async act(send) {
      const asked = await send({ pattern: 'orders.*', data: '' });
      await send({ pattern: 'orders.get', data: '', id: undefined }).catch(() => undefined);
      return [asked.response, ran];
    },
    expected: [REFUSED, []],
  },
  {
    name: 'another spelling of a pattern',
    reference: 'CWE-178',
    async act(send) {
      const errors = [];
      for (const pattern of [
        { role: 'admin', cmd: 'drop' },
        '{"cmd":"drop","role":"admin"}',
        ' orders.get',
        'ORDERS.GET',
        { cmd: 'drop' },
        '__proto__',
        'constructor',
      ])
        errors.push((await send({ pattern, data: '' })).err);
      return [errors.every((error) => error !== undefined), ran];
    },
    expected: [true, []],
  },
  {
    name: 'an open handler beside a protected one of the same event learns no caller',
    reference: 'OWASP API1:2023',
    async act(send) {
      await send({ pattern: 'orders.placed', data: '' });
      await send({ pattern: 'orders.placed', data: '', metadata: { authorization: await authorizationOf('john') } });
      return ran.toSorted();
    },
    expected: ['board for nobody', 'board for nobody', 'books for john'],
  },
  {
    name: 'a handler that an authorizer hides with an exception of its own',
    reference: 'RFC 9110 §15.5.5',
    async act(send) {
      const metadata = { authorization: await authorizationOf('john') };
      return [(await send({ pattern: 'orders.hidden', data: '', metadata })).err, ran];
    },
    expected: [{ status: 'error', code: 'FORBIDDEN', statusCode: 404, message: 'There is no such order.' }, []],
  },
  {
    name: 'one method for routes and messages asks on both',
    reference: 'OWASP API5:2023',
    async act(send, url) {
      const authorization = await authorizationOf('john');
      const route = async (headers: Record<string, string>) => (await fetch(`${url}/orders`, { headers })).status;
      return [
        [await route({}), await route({ authorization })],
        [
          (await send({ pattern: 'orders.get', data: '' })).err,
          (await send({ pattern: 'orders.get', data: '', metadata: { authorization } })).response,
        ],
      ];
    },
    expected: [
      [401, 200],
      [REFUSED, { by: 'john' }],
    ],
  },
];

describe.each([true, false])('attacks on messages over TCP of a hybrid application (inheritAppConfig: %p)', (inheritAppConfig) => {
  let app: INestApplication;
  let port: number;
  let url: string;

  beforeAll(async () => {
    const sts = { jwtValidatorConfig: { ...schemes.sts.jwtValidatorConfig, dpop: 'accepted' as const } };
    const auth = { authorizers: [Hides], schemes: { ...schemes, sts }, publicUrl: PUBLIC };
    app = await createApp('express', messagesModule({ auth, controllers: [Orders, Board, Books] }));
    const options = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;
    const microservice = app.connectMicroservice(options, { inheritAppConfig });
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    port = (microservice.unwrap<Server>().address() as AddressInfo).port;
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  });
  beforeEach(() => void ran.splice(0));
  afterAll(() => app.close());

  /** Sends a packet, and gives the answer of a request; an event has none. */
  const send: Send = async (packet) => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const text = JSON.stringify({ id: '1', ...packet });
    socket.write(`${text.length}#${text}`);
    if ('id' in packet) {
      socket.end();
      await once(socket, 'close');
      return {};
    }
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return JSON.parse(String(answer).replace(/^\d+#/, ''));
  };

  it.each(ATTACKS)('$name ($reference)', async ({ act, expected }) => {
    const outcome = await act(send, url);
    expect(outcome).toEqual(expected);
  });
});
