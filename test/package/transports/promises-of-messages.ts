import type { Server } from 'node:net';
import { Controller } from '@nestjs/common';
import {
  ClientProxyFactory,
  Ctx,
  EventPattern,
  type MicroserviceOptions,
  Payload,
  type RmqContext,
  Transport,
} from '@nestjs/microservices';
import { AuthClients, AuthConfigurationError, CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import { OrderCalls, ran, Stock, Uploads } from './application.js';
import { clientOf, queueOf } from './brokers.js';
import { fieldsOf, GrpcCaller } from './callers.js';
import { moduleOf, refusalsOf } from './modules.js';
import type { NestPromise, World } from './promises.js';
import { grpcOptions, make, PROTO, portOf, startMicroservice } from './running.js';
import { tokenOfJohn } from './tokens.js';

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Deliveries {
  @EventPattern('placed')
  placed(@CurrentPrincipal() who: Principal, @Payload() order: unknown, @Ctx() context: unknown) {
    ran.push(`${String(order)} by ${who.username}`);
    const rabbitmq = context as RmqContext;
    rabbitmq.getChannelRef().ack(rabbitmq.getMessage());
  }
}

type Microservice = Awaited<ReturnType<typeof startMicroservice>>;

/** What stops the boot of a microservice; what `ask` finds if it starts. */
async function bootOf(controller: new () => object, options: MicroserviceOptions, ask: (app: Microservice) => Promise<unknown>) {
  try {
    const running = await startMicroservice(moduleOf({ controllers: [controller] }), options);
    return await ask(running).finally(() => running.close());
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error.message;
    throw error;
  }
}

/** What the service for stock answers over TCP, without a token and with that of an AuthClient. */
async function askStock(app: Microservice) {
  const options = { host: '127.0.0.1', port: portOf(app.unwrap<Server>()) };
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
  const refused = await firstValueFrom(client.send('me', '')).catch(({ code }) => code);
  app.get(AuthClients, { strict: false }).get('stock').attach(client);
  const admitted = await firstValueFrom(client.send('me', ''));
  await client.close();
  return [refused, admitted];
}

/** Sends an event without a token and one with it to a queue that waits for acknowledgements. */
async function askDeliveries(url: string) {
  ran.length = 0;
  const queue = 'deliveries';
  return bootOf(Deliveries, queueOf(url, queue, { noAck: false, prefetchCount: 1 }), async () => {
    for (const [order, token] of [['a'], ['b', tokenOfJohn()]] as const) {
      const headers = token === undefined ? {} : { headers: fieldsOf(token) };
      const client = ClientProxyFactory.create(queueOf(url, queue, headers) as never);
      await firstValueFrom(client.emit('placed', order), { defaultValue: undefined });
      await client.close();
    }
    for (let attempt = 0; attempt < 200 && ran.length === 0; attempt++) await new Promise((resolve) => setTimeout(resolve, 50));
    return ran;
  });
}

/** The answers over each broker to a client that an AuthClient is attached to. */
async function askAttached({ brokers, every }: World) {
  const answers: unknown[] = [];
  for (const broker of brokers) {
    const client = clientOf(broker);
    every.app.get(AuthClients).get('stock').attach(client);
    answers.push(await firstValueFrom(client.send('me', '')));
    await client.close();
  }
  return [...new Set(answers)];
}

/** What is told of one call that is refused, where Nest runs the global guard beside that of the class, or does not. */
async function askHybrid(inheritAppConfig: boolean) {
  const options = await grpcOptions();
  const app = await make(moduleOf({ controllers: [OrderCalls] }), 'express', 'ws');
  app.connectMicroservice<MicroserviceOptions>(options, { inheritAppConfig });
  await app.init();
  await app.startAllMicroservices();
  const client = new GrpcCaller(options.options.url, PROTO);
  const answers = [await client.call('me', tokenOfJohn()), await client.call('drop', tokenOfJohn())];
  client.close();
  const told = refusalsOf(app).map(({ route, status }) => `${status} ${route}`);
  await app.close();
  return [...answers, ...told];
}

const tcp: MicroserviceOptions = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } };
const redis: MicroserviceOptions = { transport: Transport.REDIS, options: { host: '127.0.0.1', port: 9 } };
const mqtt4: MicroserviceOptions = { transport: Transport.MQTT, options: { url: 'mqtt://127.0.0.1:9', protocolVersion: 4 } };
const stopsFor = (transporter: string) => new RegExp(`Stock\\.me.*messages over ${transporter} have a place for one since Nest 12`, 's');

/** What messages are promised. */
export const OF_MESSAGES: readonly NestPromise[] = [
  {
    name: 'a gRPC handler that receives a stream loses no message',
    async ask() {
      const options = await grpcOptions();
      return bootOf(Uploads, options, async () => {
        const client = new GrpcCaller(options.options.url, PROTO);
        const answer = await client.ask('Upload', tokenOfJohn());
        client.close();
        return answer;
      });
    },
    expected: ['hello!'],
    except: { 11: /Uploads\.upload.*receives a stream of messages/s },
  },
  {
    name: 'a refused call of a hybrid application is told of once, with and without inheritAppConfig',
    ask: async () => [await askHybrid(true), await askHybrid(false)],
    expected: Array(2).fill(['john', 'FORBIDDEN', '403 OrderCalls.drop (rpc Notes.Drop)']),
  },
  {
    name: 'messages over TCP have a place for the token',
    ask: () => bootOf(Stock, tcp, askStock),
    expected: ['UNAUTHENTICATED', 'john'],
    except: { 11: stopsFor('TCP') },
  },
  {
    name: 'messages over Redis have a place for the token',
    ask: () => bootOf(Stock, redis, async () => 'started'),
    expected: 'left out',
    except: { 11: stopsFor('Redis') },
  },
  {
    name: 'messages of MQTT below version 5 stop the boot',
    ask: () => bootOf(Stock, mqtt4, async () => 'started'),
    expected: /Stock\.me.*protocolVersion: 5/s,
  },
  {
    name: 'messages of an AuthClient carry its token over each broker',
    ask: askAttached,
    expected: ['john'],
  },
  {
    name: 'a refused event does not hold up the queue',
    ask: async ({ brokers }) => {
      const rabbitmq = brokers.find(({ kind }) => kind === 'rabbitmq');
      return rabbitmq === undefined ? ['b by john'] : askDeliveries(rabbitmq.url);
    },
    expected: ['b by john'],
  },
];
