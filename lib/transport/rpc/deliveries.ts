import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { has } from './places/place.js';

/** What becomes of a delivery that no handler settles. */
export type Settlement = 'acknowledge' | 'reject' | 'requeue';

/** The part of a channel of `amqplib` that settles deliveries. */
type Channel = Record<(typeof SETTLING)[number], (message: unknown, ...rest: unknown[]) => void>;

/** Milliseconds until a delivery that could not be decided about is delivered again. */
const PAUSE = 1000;

const SETTLING = ['ack', 'nack', 'reject'] as const;

/** The part of Nest's RabbitMQ server that opens channels. */
interface RabbitMqServer {
  readonly noAck?: unknown;
  setupChannel?(channel: Channel, ...rest: unknown[]): unknown;
}

/**
 * Settles the deliveries of RabbitMQ that were refused. With `noAck: false` the handler acknowledges a message. Where it does not run,
 * the broker would wait for ever, and stop delivering once `prefetchCount` is reached.
 */
@Injectable()
export class Deliveries {
  /** The channels on which the broker waits for acknowledgements. On another one an acknowledgement is an error that closes the channel. */
  private readonly waiting = new WeakSet<object>();
  private readonly settled = new WeakSet<object>();

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    modules.getRpcTargetRegistry<RabbitMqServer>().subscribe((server) => this.watch(server));
  }

  /**
   * Settles a delivery; does nothing where the transporter needs no acknowledgement.
   *
   * @param settlement - `reject` passes it to the dead-letter exchange of its queue, and drops it where there is none; `requeue` lets the
   *   broker deliver it again, after a second: at once it would come back as fast as it is refused.
   */
  settle(context: unknown, settlement: Settlement): void {
    if (typeof context !== 'object' || context === null || !has(context, 'getChannelRef', 'getMessage')) return;
    const [channel, message] = [context.getChannelRef() as Channel, context.getMessage()];
    if (!this.waiting.has(channel)) return;
    if (settlement === 'requeue') setTimeout(() => send(channel, message, settlement), PAUSE).unref();
    else send(channel, message, settlement);
  }

  /** The server opens its channels later, and once more after each reconnect. */
  private watch(server: RabbitMqServer): void {
    const { setupChannel } = server;
    if (typeof setupChannel !== 'function') return;
    server.setupChannel = (channel, ...rest) => {
      if (server.noAck === false) this.settleOnce(channel);
      return setupChannel.call(server, channel, ...rest);
    };
  }

  /** Several handlers of one event may be refused, or run: a message that is settled twice is an error that closes the channel. */
  private settleOnce(channel: Channel): void {
    this.waiting.add(channel);
    for (const name of SETTLING) {
      const settle = channel[name];
      channel[name] = (message, ...rest) => {
        const delivery = Object(message);
        if (this.settled.has(delivery)) return;
        this.settled.add(delivery);
        settle.call(channel, message, ...rest);
      };
    }
  }
}

/** On a channel that is closed meanwhile it fails: the broker delivers again by itself what was not settled. */
function send(channel: Channel, message: unknown, settlement: Settlement): void {
  try {
    if (settlement === 'acknowledge') channel.ack(message);
    else channel.nack(message, false, settlement === 'requeue');
  } catch {
    // Nothing is left to do.
  }
}
