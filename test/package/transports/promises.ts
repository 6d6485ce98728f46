import type { Server } from 'node:net';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { AuthClients, AuthConfigurationError, AuthService } from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import { ran, StockModule, UploadModule } from './application.js';
import { type Caller, closeCodeOf, GrpcCaller, subscribe } from './callers.js';
import { grpcOptions, PROTO, portOf, type Running, startMicroservice } from './running.js';
import { tokenOfJohn } from './tokens.js';

/** The versions of Nest that are supported. */
export type NestVersion = '11' | '12';

/** What is there while the promises are asked. */
export interface World {
  /** The application with all transports. */
  readonly every: Running;
  /** The gateways of ws. */
  readonly gateways: Running;
  readonly grpc: GrpcCaller;
  /** The server of NATS; undefined where there is none. */
  readonly nats: string | undefined;
  /** One for each transport. */
  readonly callers: readonly Caller[];
}

/** Something that holds on every version of Nest, or on each in its own way. */
export interface NestPromise {
  readonly name: string;
  readonly ask: (world: World) => Promise<unknown>;
  readonly expected: unknown;
  /** The versions where it is different; `left out` where another test shows it. */
  readonly except?: Readonly<Partial<Record<NestVersion, unknown>>>;
}

/** What each transport answers, by its name. */
async function each({ callers }: World, ask: (caller: Caller) => Promise<string>): Promise<readonly string[]> {
  ran.length = 0;
  const answers = [];
  for (const caller of callers) answers.push(`${caller.name}: ${await ask(caller)}`);
  return [...new Set(answers.map((answer) => answer.replace(/^.*: /, ''))), ...ran.filter((what) => what === 'drop')];
}

/** What stops the boot of a microservice; what `ask` finds if it starts. */
async function bootOf(
  app: ReturnType<typeof startMicroservice>,
  ask: (app: Awaited<ReturnType<typeof startMicroservice>>) => Promise<unknown>,
) {
  try {
    const running = await app;
    return await ask(running).finally(() => running.close());
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error.message;
    throw error;
  }
}

const STOPS_STREAM = /Uploads\.upload.*receives a stream of messages/s;
const stopsFor = (transporter: string) => new RegExp(`Stock\\.me.*messages over ${transporter} have a place for one since Nest 12`, 's');

/** Everything that is promised of transports. */
export const PROMISES: readonly NestPromise[] = [
  {
    name: 'a caller without a token is refused alike on each transport',
    ask: (world) => each(world, (caller) => caller.call('me')),
    expected: ['UNAUTHENTICATED'],
  },
  {
    name: 'an expired token is refused alike on each transport',
    ask: (world) => each(world, (caller) => caller.call('me', tokenOfJohn(-60))),
    expected: ['UNAUTHENTICATED'],
  },
  {
    name: 'a caller without the scope is refused alike on each transport, and no handler has run',
    ask: (world) => each(world, (caller) => caller.call('drop', tokenOfJohn())),
    expected: ['FORBIDDEN'],
  },
  {
    name: 'the handlers of each transport get the caller',
    ask: (world) => each(world, (caller) => caller.call('me', tokenOfJohn())),
    expected: ['john'],
  },
  {
    name: 'handleConnection runs for admitted callers only, and knows them',
    async ask({ callers }) {
      ran.length = 0;
      const gateways = callers.filter(({ name }) => name.startsWith('WebSocket'));
      for (const gateway of gateways) await gateway.call('me');
      const before = ran.length;
      for (const gateway of gateways) await gateway.call('me', tokenOfJohn());
      return [gateways.length, before, ran];
    },
    expected: [2, 0, ['connected john', 'connected john']],
  },
  {
    name: 'a connection is closed when its token expires',
    ask: ({ gateways }) => closeCodeOf(gateways.url, tokenOfJohn(2)),
    expected: 4401,
  },
  {
    name: 'a subscription needs a token, and ends when it expires',
    ask: async ({ every }) => [await subscribe(every.url), await subscribe(every.url, tokenOfJohn(2))],
    expected: [['UNAUTHENTICATED'], ['john', 'UNAUTHENTICATED', 4401]],
  },
  {
    name: 'streams of gRPC need a token, and end when it expires; the process goes on',
    async ask({ grpc }) {
      ran.length = 0;
      const refused = await Promise.all([grpc.ask('Answers'), grpc.ask('Call')]);
      const ended = await Promise.all([grpc.ask('Answers', tokenOfJohn(2)), grpc.ask('Call', tokenOfJohn(2))]);
      return [refused, ended, ran];
    },
    expected: [
      [['UNAUTHENTICATED'], ['UNAUTHENTICATED']],
      [
        ['john', 'UNAUTHENTICATED'],
        ['called', 'UNAUTHENTICATED'],
      ],
      ['call'],
    ],
  },
  {
    name: 'a gRPC handler that receives a stream loses no message',
    async ask() {
      const options = await grpcOptions();
      return bootOf(startMicroservice(UploadModule, options), async () => {
        const client = new GrpcCaller(options.options.url, PROTO);
        const answer = await client.ask('Upload', tokenOfJohn());
        client.close();
        return answer;
      });
    },
    expected: ['hello!'],
    except: { 11: STOPS_STREAM },
  },
  {
    name: 'messages over TCP have a place for the token',
    ask: () =>
      bootOf(startMicroservice(StockModule, { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } }), async (app) => {
        const client = ClientProxyFactory.create({
          transport: Transport.TCP,
          options: { host: '127.0.0.1', port: portOf(app.unwrap<Server>()) },
        });
        const refused = await firstValueFrom(client.send('me', '')).catch(({ code }) => code);
        app.get(AuthClients, { strict: false }).get('stock').attach(client);
        const admitted = await firstValueFrom(client.send('me', ''));
        await client.close();
        return [refused, admitted];
      }),
    expected: ['UNAUTHENTICATED', 'john'],
    except: { 11: stopsFor('TCP') },
  },
  {
    name: 'messages of an AuthClient over NATS carry its token',
    async ask({ nats, every }) {
      if (nats === undefined) return 'john';
      const client = ClientProxyFactory.create({ transport: Transport.NATS, options: { servers: [nats] } });
      every.app.get(AuthClients).get('stock').attach(client);
      const answer = await firstValueFrom(client.send('me', ''));
      await client.close();
      return answer;
    },
    expected: 'john',
  },
  {
    name: 'messages over Redis have a place for the token',
    ask: () =>
      bootOf(
        startMicroservice(StockModule, { transport: Transport.REDIS, options: { host: '127.0.0.1', port: 9 } }),
        async () => 'started',
      ),
    expected: 'left out',
    except: { 11: stopsFor('Redis') },
  },
  {
    name: 'one policy has the operations of all transports',
    async ask({ every }) {
      const rows = every.app.get(AuthService).policy();
      const operations = rows.flatMap(({ operation }) => operation ?? []);
      return [rows.every(({ access }) => access === 'protected'), operations.toSorted()];
    },
    expected: [
      true,
      [
        'Query.drop',
        'Query.me',
        'Subscription.placed',
        'rpc Notes.Answers',
        'rpc Notes.Call',
        'rpc Notes.Drop',
        'rpc Notes.Me',
        'rpc drop',
        'rpc me',
        'ws drop',
        'ws handleConnection',
        'ws me',
      ],
    ],
  },
];
