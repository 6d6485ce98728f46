import { AuthService } from 'nest-service-auth';
import { OrderGateway, ran } from './application.js';
import { askByOlderProtocol, connectionTo, converse, endOfConnection, type Lasting, streamOf, subscriptionTo } from './connections.js';
import { everyTransport, moduleOf } from './modules.js';
import type { NestPromise, World } from './promises.js';
import { during, HTTP, type SocketName, start } from './running.js';
import { tokenOfJohn } from './tokens.js';

/** Everything that stays open. */
function lastingIn({ every, fastify, apolloOnFastify, gateways, grpc }: World): readonly Lasting[] {
  return [
    ...gateways.map((running) => connectionTo(running, 'ws')),
    ...[every, fastify].map((running) => connectionTo(running, 'socket.io')),
    ...[subscriptionTo(every, 'Apollo'), subscriptionTo(fastify, 'Mercurius'), subscriptionTo(apolloOnFastify, 'Apollo on Fastify')],
    ...[streamOf(every, grpc, 'Answers'), streamOf(every, grpc, 'Call')],
  ];
}

/** How each of them ends. */
const ENDS = [
  ...[
    'connection of ws: 4401',
    'connection of ws: 4401',
    'connection of socket.io: UNAUTHENTICATED',
    'connection of socket.io: UNAUTHENTICATED',
  ],
  ...['subscription of Apollo: john, UNAUTHENTICATED, 4401', 'subscription of Mercurius: john, UNAUTHENTICATED, 4401'],
  'subscription of Apollo on Fastify: john, UNAUTHENTICATED, 4401',
  ...['stream Answers: john, UNAUTHENTICATED', 'stream Call: called, UNAUTHENTICATED'],
];

async function endsOf(world: World, end: (each: Lasting, index: number) => Promise<readonly unknown[]>): Promise<string[]> {
  const all = lastingIn(world);
  const ends = await Promise.all(all.map(end));
  return all.map(({ name }, index) => `${name}: ${ends[index]?.join(', ')}`);
}

/** How gateways fare that get the token in the first message, with both adapters of HTTP and of gateways. */
async function withFirstMessage<T>(ask: (url: string, kind: SocketName) => Promise<T>): Promise<T[]> {
  const module = () =>
    moduleOf({ providers: [OrderGateway] }, { webSocket: { tokenFrom: [{ message: 'authenticate' }], firstMessageWithin: 1 } });
  const outcomes: T[] = [];
  for (const http of HTTP)
    for (const kind of ['ws', 'socket.io'] as const) outcomes.push(await during(start(module(), http, kind), ({ url }) => ask(url, kind)));
  return outcomes;
}

const UNAUTHENTICATED = { status: 'error', code: 'UNAUTHENTICATED', message: 'Unauthorized' };
const FORBIDDEN = { status: 'error', code: 'FORBIDDEN', message: 'Forbidden' };

/** What connections, subscriptions and streams are promised. */
export const OF_CONNECTIONS: readonly NestPromise[] = [
  {
    name: 'what stays open ends when its token expires',
    ask: (world) => endsOf(world, (each) => each.end(tokenOfJohn(3))),
    expected: ENDS,
  },
  {
    name: 'what stays open ends when its token is revoked',
    ask: (world) =>
      endsOf(world, ({ running, end }, index) => {
        const jti = `revoked-${index}`;
        return end(tokenOfJohn(60, { jti }), () => running.app.get(AuthService).revoke({ jti }));
      }),
    expected: ENDS,
  },
  {
    name: 'a subscription and a stream need a token',
    ask: async ({ every, fastify, grpc }) => {
      ran.length = 0;
      const all = [subscriptionTo(every, ''), subscriptionTo(fastify, ''), streamOf(every, grpc, 'Answers'), streamOf(every, grpc, 'Call')];
      const ends = await Promise.all(all.map(({ end }) => end(undefined)));
      return [ends.flat(), ran];
    },
    expected: [Array(4).fill('UNAUTHENTICATED'), []],
  },
  {
    name: 'the first message may have the token, and until then no other is handled',
    ask: () =>
      withFirstMessage(async (url, kind) => {
        ran.length = 0;
        const token = tokenOfJohn();
        const events = [['me'], ['authenticate', { token: 'x' }], ['open'], ['authenticate', { token }], ['me'], ['drop']] as const;
        return [...(await converse(url, kind, events)), ...ran];
      }),
    expected: Array(4).fill([...Array(3).fill(UNAUTHENTICATED), { status: 'ok' }, 'john', FORBIDDEN, 'connected john']),
  },
  {
    name: 'a client whose first message does not come is disconnected',
    ask: () => withFirstMessage(async (url, kind) => (await endOfConnection(url, kind)).join()),
    expected: ['4401', 'UNAUTHENTICATED', '4401', 'UNAUTHENTICATED'],
  },
  {
    name: 'a subscription by the older protocol, which does not tell where it comes from, is refused',
    ask: () =>
      during(start(everyTransport('Apollo, older subscriptions'), 'express', 'socket.io'), ({ url }) =>
        askByOlderProtocol(url, tokenOfJohn()),
      ),
    expected: 'left out',
    except: { 11: 'FORBIDDEN' },
  },
];
