import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { HandlerKind } from '../../discovery/handler-kind.js';
import type { RefusalException } from '../../guard/exceptions.js';
import { type ExceptionClass, loadException } from '../load-exception.js';
import type { Transport } from '../transport.js';

/** Messages to gateways. */
@Injectable()
export class WebSocketTransport implements Transport {
  static readonly contextType = 'ws';
  readonly name = 'ws';
  private Exception: ExceptionClass | undefined;

  async load(kinds: ReadonlySet<HandlerKind>): Promise<void> {
    if (kinds.has('WebSocket message')) this.Exception = await loadException('@nestjs/websockets', 'WsException');
  }

  refuse(_: ExecutionContext, refusal: RefusalException): Promise<never> {
    throw this.Exception === undefined ? refusal : new this.Exception(refusal.message);
  }
}
