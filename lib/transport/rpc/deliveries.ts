import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { has } from './places/place.js';

/** What becomes of a delivery that no handler settles. */
export type Settlement = 'acknowledge' | 'reject';

/** The part of a channel of `amqplib` that settles deliveries. */
interface Channel {
  ack(message: unknown): void;
  nack(message: unknown, allUpTo: boolean, requeue: boolean): void;
}

/** The part of Nest's RabbitMQ server that opens channels. */
interface RabbitMqServer {
  readonly noAck?: unknown;
  setupChannel?(channel: object, ...rest: unknown[]): unknown;
}

/**
 * Settles the deliveries of RabbitMQ that were refused. With `noAck: false` the handler acknowledges a message. Where it does not run,
 * the broker would wait for ever, and stop delivering once `prefetchCount` is reached.
 */
@Injectable()
export class Deliveries {
  /** The channels on which the broker waits for acknowledgements. On another one an acknowledgement is an error that closes the channel. */
  private readonly waiting = new WeakSet<object>();

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    modules.getRpcTargetRegistry<RabbitMqServer>().subscribe((server) => this.watch(server));
  }

  /**
   * Settles a delivery; does nothing where the transporter needs no acknowledgement.
   *
   * @param settlement - `reject` passes it to the dead-letter exchange of its queue, and drops it where there is none.
   */
  settle(context: unknown, settlement: Settlement): void {
    if (typeof context !== 'object' || context === null || !has(context, 'getChannelRef', 'getMessage')) return;
    const [channel, message] = [context.getChannelRef() as Channel, context.getMessage()];
    if (!this.waiting.has(channel)) return;
    if (settlement === 'acknowledge') channel.ack(message);
    else channel.nack(message, false, false);
  }

  /** The server opens its channels later, and once more after each reconnect. */
  private watch(server: RabbitMqServer): void {
    const { setupChannel } = server;
    if (typeof setupChannel !== 'function') return;
    server.setupChannel = (channel, ...rest) => {
      if (server.noAck === false) this.waiting.add(channel);
      return setupChannel.call(server, channel, ...rest);
    };
  }
}
