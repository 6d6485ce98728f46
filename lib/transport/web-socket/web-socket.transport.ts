import { type ExecutionContext, type HttpException, Injectable } from '@nestjs/common';
import { isPromise } from '../../awaitable.js';
import { SYSTEM_CLOCK } from '../../clock.js';
import type { HandlerKind } from '../../discovery/handler-kind.js';
import type { Authenticate, RecallEnriched } from '../../guard/call-memory.js';
import type { AuthRequest } from '../../http/auth-request.js';
import type { Principal } from '../../principal.js';
import { expiryOf } from '../../principal-expiry.js';
import type { ResolvedAuthOptions } from '../../resolved-options.js';
import type { Verdict } from '../../strategies/strategy.js';
import { withoutCrossSite } from '../ambient-credentials.js';
import { type ExceptionClass, loadExport } from '../load-export.js';
import { errorOf } from '../refusal-code.js';
import { RememberedVerdicts } from '../remembered-verdicts.js';
import type { Callers, Transport } from '../transport.js';
import { Connection } from './connection.js';
import { HandshakeReader } from './handshake-reader.js';
import { runOf } from './run.js';
import { isNative, sendException } from './send-exception.js';

const CLIENT = 0;
const EXPIRED: Verdict = Object.freeze({ outcome: 'rejected', reason: 'expired' });

/** Messages to gateways, and their connections. */
@Injectable()
export class WebSocketTransport implements Transport, Callers {
  static readonly contextType = 'ws';
  readonly name = 'ws';
  readonly callers: Callers = this;
  /** Undefined until the application's options are known. */
  reader: HandshakeReader | undefined;
  private readonly connections = new WeakMap<object, Connection>();
  private readonly verdicts = new RememberedVerdicts(
    withoutCrossSite(
      (authenticator, request, methods) => authenticator.authenticate(request, methods),
      (request) => request instanceof Connection && request.isForeign,
    ),
  );
  private isCached = false;
  private Exception: ExceptionClass | undefined;
  /** Whether Nest sends an exception to a client of `ws`, too: since version 12. */
  private nestSends = false;

  static principalOf(context: ExecutionContext): Principal | undefined {
    return runOf(context)?.principal;
  }

  async load(kinds: ReadonlySet<HandlerKind>): Promise<void> {
    if (!kinds.has('WebSocket message')) return;
    this.Exception = await loadExport('@nestjs/websockets', 'WsException');
    const filter = await loadExport<ExceptionClass>('@nestjs/websockets', 'BaseWsExceptionFilter');
    this.nestSends = filter !== undefined && 'isNativeWebSocket' in filter.prototype;
  }

  prepare(options: ResolvedAuthOptions): void {
    this.reader = new HandshakeReader(options);
    this.isCached = options.enricherCache !== undefined;
  }

  /** Remembers which connection a client of a gateway has. */
  connect(client: object, connection: Connection): void {
    this.connections.set(client, connection);
  }

  /** The connection of a client; undefined for one that was not admitted. */
  connectionOf(client: object): Connection | undefined {
    return this.connections.get(client);
  }

  /** Asks about the credentials of a connection anew. */
  forget(connection: Connection): void {
    this.verdicts.forget(connection);
  }

  requestOf(context: ExecutionContext): AuthRequest {
    return this.connections.get(context.getArgByIndex<object>(CLIENT)) ?? { headers: {}, rawHeaders: [] };
  }

  /** One authentication for each connection. What was accepted ends when the credential does. */
  readonly authenticate: Authenticate = (authenticator, request, methods) => {
    const verdict = this.verdicts.authenticate(authenticator, request, methods);
    return isPromise(verdict) ? verdict.then(alive) : alive(verdict);
  };

  /** Once for each connection, unless the application has said for how long an answer holds: a connection may last for days. */
  readonly recall: RecallEnriched = (authenticators, request, enrich) =>
    this.isCached ? enrich() : this.verdicts.recall(authenticators, request, enrich);

  keep(context: ExecutionContext, principal: Principal | undefined): void {
    runOf(context)?.keep(context, principal);
  }

  isKept(context: ExecutionContext): boolean {
    return runOf(context)?.isKeptFor(context) === true;
  }

  refuse(context: ExecutionContext, refusal: HttpException): Promise<never> {
    const answer = errorOf(refusal);
    const client = context.getArgByIndex<object>(CLIENT);
    if (!this.nestSends && isNative(client)) sendException(client, answer);
    throw this.Exception === undefined ? refusal : new this.Exception(answer);
  }
}

function alive(verdict: Verdict): Verdict {
  if (verdict?.outcome !== 'accepted') return verdict;
  const end = expiryOf(verdict.principal);
  return end !== undefined && end * 1000 <= SYSTEM_CLOCK.wall() ? EXPIRED : verdict;
}
