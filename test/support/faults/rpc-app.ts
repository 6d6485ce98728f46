import { once } from 'node:events';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { type ClientProxy, ClientProxyFactory, NatsRecordBuilder, Transport } from '@nestjs/microservices';
import { firstValueFrom, timeout } from 'rxjs';
import { end, hasEnded } from '../child-process.js';
import { forkedProgram } from '../forked-program.js';
import type { SeenAnswer } from './dependent-app.js';

/** What a microservice over NATS is given. */
export interface RpcTrial {
  /** The URL of the NATS server. */
  readonly server: string;
  /** The secret of the tokens that it accepts. */
  readonly secret: string;
}

/** What a microservice has done since the last time it was asked. */
export interface RpcReport {
  /** The callers that its handlers have seen, each once. */
  readonly callers: readonly string[];
  /** The reasons of refused messages and events, each once. */
  readonly refused: readonly string[];
  readonly log: readonly string[];
}

/** A microservice in a process of its own. */
export interface RpcApp {
  report(): Promise<RpcReport>;
  readonly hasEnded: boolean;
  stop(): Promise<void>;
}

const program = forkedProgram<RpcTrial, { readonly listens: true }>('test/support/faults/rpc-main.ts');

/** Removes the program. */
export const removeRpcProgram = program.remove;

/** Starts the microservice. */
export async function startRpcApp(trial: RpcTrial): Promise<RpcApp> {
  const { child } = await program.start(trial);
  return {
    async report() {
      child.send({ report: true });
      const [report] = await once(child, 'message');
      return report;
    },
    get hasEnded() {
      return hasEnded(child);
    },
    stop: () => end(child, 'SIGKILL'),
  };
}

/** Milliseconds that a client waits for an answer. */
export const PATIENCE = 2000;
/** In place of the status of an answer: none came in time, or there was no connection to send over. */
export const NO_ANSWER = 0;

/** A client of the microservice, which never gives up its connection. */
export class RpcClient {
  private readonly client: ClientProxy;

  constructor(server: string) {
    this.client = ClientProxyFactory.create({ transport: Transport.NATS, options: connectionTo(server) });
    // Nest logs each connection that is lost.
    Object.assign(this.client, { logger: { error: () => undefined, log: () => undefined, debug: () => undefined } });
  }

  /** Sends a message. */
  async ask(pattern: string, authorization?: string): Promise<SeenAnswer> {
    const begun = performance.now();
    const answer = firstValueFrom(this.client.send(pattern, recordOf(authorization)).pipe(timeout(PATIENCE)));
    const status = await answer.then(
      () => 200,
      (error) => Number(error?.statusCode ?? NO_ANSWER),
    );
    return { status, retryAfter: null, took: performance.now() - begun };
  }

  /** Sends an event. */
  async tell(pattern: string, authorization: string): Promise<void> {
    await firstValueFrom(this.client.emit(pattern, recordOf(authorization)), { defaultValue: undefined });
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

/** By default the client library gives up after ten attempts. */
export function connectionTo(server: string) {
  return { servers: [server], maxReconnectAttempts: -1, reconnectTimeWait: 200 };
}

function recordOf(authorization: string | undefined) {
  if (authorization === undefined) return {};
  const headers = natsHeaders();
  headers.append('authorization', authorization);
  return new NatsRecordBuilder({}).setHeaders(headers).build();
}
