import { EventEmitter } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import { SYSTEM_CLOCK } from '../../clock.js';
import { DEFAULT_FIRST_MESSAGE_WITHIN } from '../../http/web-socket.config.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../../resolved-options.js';
import { errorOf, UNAUTHENTICATED_ERROR } from '../refusal-code.js';
import { exceptionIn } from './answers.js';
import type { Connection } from './connection.js';
import { ConnectionLifetimes, expire } from './connection-lifetimes.js';
import { type Frame, type Frames, framesOf, type ParseMessage } from './frames.js';
import { Handshakes } from './handshakes.js';
import { disconnect, isConnected, sendEvent, sendException } from './send-exception.js';
import { WebSocketTransport } from './web-socket.transport.js';

/** How many messages are kept while a token is checked: a client has no reason to send more. */
const MOST_WAITING = 64;
const POLICY_VIOLATION = 1008;
const INTERNAL_ERROR = 1011;

/** A client that has connected without credentials. */
interface Waiting {
  readonly client: object;
  readonly connection: Connection;
  readonly frames: Frames;
  /** What hands the client to the gateways. */
  readonly proceed: (() => void)[];
  readonly cancel: () => void;
  /** The messages that came while the token is checked. */
  readonly later: Frame[];
  isChecking: boolean;
}

/** Code of the application runs when a client is handed to its gateways: its mistake must not end the process. */
function fail(client: object, error: unknown): void {
  exceptionIn(error);
  disconnect(client, INTERNAL_ERROR);
}

/** Keeps clients away from the gateways until a message has brought their token. */
@Injectable()
export class FirstMessages {
  private readonly waiting = new WeakMap<object, Waiting>();

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedAuthOptions, 'webSocket'>,
    @Inject(Handshakes) private readonly handshakes: Handshakes,
    @Inject(WebSocketTransport) private readonly transport: WebSocketTransport,
    @Inject(ConnectionLifetimes) private readonly lifetimes: ConnectionLifetimes,
  ) {}

  /** Waits for the token of a client. @param proceed - hands it to one gateway */
  expect(client: object, connection: Connection, proceed: () => void, parse: ParseMessage | undefined): void {
    const known = this.waiting.get(client);
    if (known !== undefined) return void known.proceed.push(proceed);
    const within = this.options.webSocket?.firstMessageWithin ?? DEFAULT_FIRST_MESSAGE_WITHIN;
    const cancel = this.lifetimes.until(client, SYSTEM_CLOCK.wall() / 1000 + within, () => expire(client));
    const frames = framesOf(client, parse);
    const waiting: Waiting = { client, connection, frames, cancel, proceed: [proceed], later: [], isChecking: false };
    this.waiting.set(client, waiting);
    frames.listen((frame) => this.receive(waiting, frame));
  }

  private receive(waiting: Waiting, frame: Frame): void {
    const { client, later, isChecking } = waiting;
    if (isChecking) {
      later.push(frame);
      if (later.length > MOST_WAITING) disconnect(client, POLICY_VIOLATION);
    } else if (frame.event !== undefined && frame.event === this.handshakes.reader?.message)
      void this.check(waiting, frame).catch((error) => fail(client, error));
    else sendException(client, UNAUTHENTICATED_ERROR);
  }

  private async check(waiting: Waiting, { data }: Frame): Promise<void> {
    const { client, connection, frames } = waiting;
    waiting.isChecking = true;
    frames.pause();
    this.handshakes.reader?.readMessage(connection, data);
    this.transport.forget(connection);
    const exception = await this.decide(client, connection);
    waiting.isChecking = false;
    frames.resume();
    if (!isConnected(client)) return;
    if (exception === undefined) return this.admit(waiting);
    sendException(client, errorOf(exception));
    for (const frame of waiting.later.splice(0)) this.receive(waiting, frame);
  }

  private async decide(client: object, connection: Connection) {
    try {
      return await this.handshakes.decide(connection, client);
    } catch (error) {
      return exceptionIn(error);
    }
  }

  private admit({ client, connection, frames, proceed, later, cancel }: Waiting): void {
    cancel();
    frames.stop();
    this.waiting.delete(client);
    this.lifetimes.begin(client, connection);
    sendEvent(client, this.handshakes.reader?.message ?? '', { status: 'ok' });
    for (const each of proceed) each();
    for (const { parameters } of later) EventEmitter.prototype.emit.apply(client, parameters);
  }
}
