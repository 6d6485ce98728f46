import { AuthService } from 'nest-service-auth';
import { ran } from './application.js';
import type { Broker } from './brokers.js';
import type { Caller, GrpcCaller } from './callers.js';
import { refusalsOf } from './modules.js';
import type { Running } from './running.js';
import { tokenOfJohn } from './tokens.js';

/** The versions of Nest that are supported. */
export type NestVersion = '11' | '12';

/** What is there while the promises are asked. */
export interface World {
  /** The application with all transports: Express, Apollo, socket.io, gRPC and the brokers. */
  readonly every: Running;
  /** Fastify, Mercurius and socket.io. */
  readonly fastify: Running;
  /** Apollo on Fastify. */
  readonly apolloOnFastify: Running;
  /** The gateways of ws: on Express and on Fastify. */
  readonly gateways: readonly Running[];
  readonly grpc: GrpcCaller;
  /** Those that are installed. */
  readonly brokers: readonly Broker[];
  /** One for each transport. */
  readonly callers: readonly Caller[];
}

/** Something that holds on every version of Nest, or on each in its own way. */
export interface NestPromise<W = World> {
  readonly name: string;
  readonly ask: (world: W) => Promise<unknown>;
  readonly expected: unknown;
  /** The versions where it is different; `left out` where another test shows it. */
  readonly except?: Readonly<Partial<Record<NestVersion, unknown>>>;
}

/** What the transports answer, each answer once, and whether a handler has run that none may reach. */
export async function each(callers: readonly Caller[], ask: (caller: Caller) => Promise<string>): Promise<readonly string[]> {
  ran.length = 0;
  const answers = [];
  for (const caller of callers) answers.push(await ask(caller));
  return [...new Set(answers), ...ran.filter((what) => what === 'drop')];
}

/** The reasons for which callers were refused since the last time, each reason once, and the transports. */
function reasonsIn({ every, fastify, apolloOnFastify, gateways }: World) {
  const told = [every, fastify, apolloOnFastify, ...gateways].flatMap(({ app }) => refusalsOf(app).splice(0));
  const reasons = told.flatMap(({ steps }) => steps.map(({ reason }) => reason));
  return [[...new Set(reasons)], [...new Set(told.map(({ transport }) => transport))].toSorted()];
}

const TRANSPORTS = ['graphql', 'http', 'rpc', 'ws'];

/** What callers of all transports are promised. */
export const SAME_ON_EACH: readonly NestPromise[] = [
  {
    name: 'a caller without a token is refused alike on each transport, for the same reason',
    ask: async (world) => [await each(world.callers, (caller) => caller.call('me')), ...reasonsIn(world)],
    expected: [['UNAUTHENTICATED'], ['no_credentials'], TRANSPORTS],
  },
  {
    name: 'an expired token is refused alike on each transport, for the same reason',
    ask: async (world) => [await each(world.callers, (caller) => caller.call('me', tokenOfJohn(-60))), ...reasonsIn(world)],
    expected: [['UNAUTHENTICATED'], ['expired'], TRANSPORTS],
  },
  {
    name: 'a caller without the scope is refused alike on each transport, for the same reason, and no handler has run',
    ask: async (world) => [await each(world.callers, (caller) => caller.call('drop', tokenOfJohn())), ...reasonsIn(world)],
    expected: [['FORBIDDEN'], ['insufficient_scope'], TRANSPORTS],
  },
  {
    name: 'the handlers of each transport get the caller',
    ask: ({ callers }) => each(callers, (caller) => caller.call('me', tokenOfJohn())),
    expected: ['john'],
  },
  {
    name: 'the pipes of @CurrentPrincipal() get the caller on each transport',
    ask: ({ callers }) => each(callers, (caller) => caller.call('shout', tokenOfJohn())),
    expected: ['JOHN'],
  },
  {
    name: 'an open handler of each transport gets no caller, whoever calls',
    ask: ({ callers }) => each(callers, (caller) => caller.call('open', tokenOfJohn())),
    expected: ['nobody'],
  },
  {
    name: 'handleConnection runs for admitted callers only, and knows them',
    async ask({ callers }) {
      ran.length = 0;
      const gateways = callers.filter(({ name }) => name.startsWith('WebSocket'));
      for (const gateway of gateways) await gateway.call('me');
      const before = ran.length;
      for (const gateway of gateways) await gateway.call('me', tokenOfJohn());
      return [before, ran];
    },
    expected: [0, Array(4).fill('connected john')],
  },
  {
    name: 'one policy has the operations of all transports',
    async ask({ every }) {
      const rows = every.app.get(AuthService).policy();
      return rows.flatMap(({ operation, access }) => (operation === undefined ? [] : `${operation} ${access}`)).toSorted();
    },
    expected: [
      ...['Query.drop protected', 'Query.me protected', 'Query.open open', 'Query.shout protected', 'Subscription.placed protected'],
      ...['rpc Notes.Answers protected', 'rpc Notes.Call protected', 'rpc Notes.Drop protected', 'rpc Notes.Me protected'],
      ...['rpc Notes.Open open', 'rpc Notes.Shout protected', 'rpc drop protected', 'rpc me protected', 'rpc open open'],
      ...['rpc placed protected', 'rpc shout protected', 'ws drop protected', 'ws handleConnection protected', 'ws me protected'],
      ...['ws open open', 'ws shout protected'],
    ],
  },
];
