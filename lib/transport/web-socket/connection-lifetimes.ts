import type { EventEmitter } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import { SYSTEM_CLOCK } from '../../clock.js';
import type { Principal } from '../../principal.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../../resolved-options.js';
import { CredentialEnds } from '../credential-ends.js';
import { Expiries } from '../expiries.js';
import { UNAUTHENTICATED_ERROR } from '../refusal-code.js';
import { exceptionIn } from './answers.js';
import type { Connection } from './connection.js';
import { Handshakes } from './handshakes.js';
import { disconnect, isConnected, isNative, sendException } from './send-exception.js';
import { WebSocketTransport } from './web-socket.transport.js';

/** The close code for credentials that have ended, from the range for applications. @see RFC 6455 §7.4.2 */
const UNAUTHENTICATED = 4401;
const UNAVAILABLE = 503;

/** Ends connections whose credentials have expired or were revoked, and asks about introspected tokens again: all of it with the one timer of {@link Expiries}. */
@Injectable()
export class ConnectionLifetimes {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedAuthOptions, 'webSocket'>,
    @Inject(Expiries) private readonly expiries: Expiries,
    @Inject(Handshakes) private readonly handshakes: Handshakes,
    @Inject(WebSocketTransport) private readonly transport: WebSocketTransport,
    @Inject(CredentialEnds) private readonly ends: CredentialEnds,
  ) {}

  /** Opens the connection of a client that was admitted. */
  begin(client: object, connection: Connection): void {
    this.transport.connect(client, connection);
    const { onExpiry = 'close', recheck } = this.options.webSocket ?? {};
    const callers = connection.callers.filter((caller) => caller !== undefined);
    for (const caller of callers) this.endWith(caller, client, onExpiry);
    if (recheck !== undefined && callers.some(isIntrospected)) this.checkAfter(recheck, client, connection);
  }

  /**
   * Does something to a client at a moment, unless the client is gone by then.
   *
   * @param seconds - the moment, in seconds since the epoch.
   * @returns what cancels it.
   */
  until(client: object, seconds: number, end: () => void): () => void {
    return whileConnected(client, (run) => this.expiries.at(seconds, run), end);
  }

  /** Independent of what is done at expiry: a revocation ends what the token has opened. */
  private endWith(caller: Principal, client: object, onExpiry: 'close' | 'refuse'): void {
    const schedule = (end: () => void) => (onExpiry === 'close' ? this.ends.whenEnded(caller, end) : this.ends.whenRevoked(caller, end));
    whileConnected(client, schedule, () => expire(client));
  }

  private checkAfter(seconds: number, client: object, connection: Connection): void {
    this.until(client, SYSTEM_CLOCK.wall() / 1000 + seconds, () => {
      void this.check(client, connection).then((isGood) => {
        if (!isConnected(client)) return;
        if (isGood) this.checkAfter(seconds, client, connection);
        else expire(client);
      });
    });
  }

  /** Asks anew. While the answer cannot be obtained the connection stays open: its messages ask, too, and are refused as unavailable. */
  private async check(client: object, connection: Connection): Promise<boolean> {
    this.transport.forget(connection);
    try {
      const refusal = await this.handshakes.decide(connection, client);
      return refusal === undefined || refusal.getStatus() === UNAVAILABLE;
    } catch (error) {
      return exceptionIn(error).getStatus() === UNAVAILABLE;
    }
  }
}

/** Tells the client why, and ends its connection. */
export function expire(client: object): void {
  if (!isNative(client)) sendException(client, UNAUTHENTICATED_ERROR);
  disconnect(client, UNAUTHENTICATED, 'Unauthorized');
}

function isIntrospected({ method }: Principal): boolean {
  return method === 'introspection';
}

/**
 * Schedules something for a client, and cancels it when the client has gone.
 *
 * @param schedule - calls its argument once, later; returns what cancels that.
 * @returns what cancels it.
 */
function whileConnected(client: object, schedule: (run: () => void) => () => void, run: () => void): () => void {
  const emitter = client as EventEmitter;
  const gone = isNative(client) ? 'close' : 'disconnect';
  const cancel = schedule(() => {
    emitter.off(gone, cancel);
    run();
  });
  emitter.once(gone, cancel);
  return () => {
    emitter.off(gone, cancel);
    cancel();
  };
}
