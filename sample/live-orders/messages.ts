import { type ClientOptions, Transport } from '@nestjs/microservices';
import type { Settings } from './settings.js';

/** How messages are sent and received: for the service and for its clients. In production, add TLS and credentials of the NATS server. */
export function messagesOf({ natsServer, messagesPort: port }: Pick<Settings, 'natsServer' | 'messagesPort'>): ClientOptions {
  return natsServer === undefined
    ? { transport: Transport.TCP, options: { host: '127.0.0.1', port } }
    : { transport: Transport.NATS, options: { servers: [`nats://127.0.0.1:${port}`] } };
}
