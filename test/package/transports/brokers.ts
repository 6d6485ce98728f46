import { type ClientOptions, type ClientProxy, ClientProxyFactory, type RmqOptions, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { type Caller, fieldsOf } from './callers.js';

/** The kinds of brokers that are tried. */
const KINDS = ['nats', 'rabbitmq', 'mqtt'] as const;

/** A broker of messages, on loopback. */
export interface Broker {
  readonly kind: (typeof KINDS)[number];
  readonly url: string;
}

/** The brokers that are there, from arguments: `nats=<URL>`. */
export function brokersIn(args: readonly string[]): Broker[] {
  return args.flatMap((arg) =>
    KINDS.filter((kind) => arg.startsWith(`${kind}=`)).map((kind) => ({ kind, url: arg.slice(kind.length + 1) })),
  );
}

/** A queue of RabbitMQ. */
export function queueOf(url: string, queue: string, more: RmqOptions['options'] = {}): RmqOptions {
  return { transport: Transport.RMQ, options: { urls: [url], queue, queueOptions: { durable: false }, ...more } };
}

/** Options of a microservice or a client. @param fields - stand beside the payload of every message of a client */
export function optionsFor({ kind, url }: Broker, fields: Readonly<Record<string, string>> = {}) {
  const isEmpty = Object.keys(fields).length === 0;
  const headers = isEmpty ? {} : { headers: fields };
  if (kind === 'nats') return { transport: Transport.NATS as const, options: { servers: [url], ...headers } };
  if (kind === 'rabbitmq') return queueOf(url, 'orders', headers);
  const properties = isEmpty ? {} : { userProperties: fields };
  return { transport: Transport.MQTT as const, options: { url, protocolVersion: 5 as const, ...properties } };
}

/** A client of a broker. */
export function clientOf(broker: Broker, fields?: Readonly<Record<string, string>>): ClientProxy {
  return ClientProxyFactory.create(optionsFor(broker, fields) as ClientOptions);
}

/** Messages over a broker: every call is a connection of its own. */
export function overBroker(broker: Broker): Caller {
  return {
    name: broker.kind,
    async call(operation, token) {
      const client = clientOf(broker, fieldsOf(token));
      const answer = await firstValueFrom(client.send(operation, '')).catch(({ code }) => code);
      await client.close();
      return answer;
    },
  };
}
