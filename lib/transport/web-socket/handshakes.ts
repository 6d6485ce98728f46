import { HttpException, Inject, Injectable } from '@nestjs/common';
import { type Awaitable, inTurn, whenSettled } from '../../awaitable.js';
import type { ClassRef } from '../../decorators/declaration.js';
import { HANDLE_CONNECTION } from '../../discovery/handler-kind.js';
import { MessageRegistry } from '../../discovery/message-registry.js';
import { principalIn } from '../../guard/anonymous-caller.js';
import { type Admission, Door } from '../../guard/door.js';
import { type RefusalException, UnauthenticatedException } from '../../guard/exceptions.js';
import { absenceIn } from '../../guard/refuse.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { type HandlerPlan, PlanRegistry } from '../../plan/plan.registry.js';
import type { Principal } from '../../principal.js';
import type { Connection } from './connection.js';
import { HandshakeContext } from './handshake-context.js';
import type { HandshakeReader } from './handshake-reader.js';
import { WebSocketTransport } from './web-socket.transport.js';

/** A handshake whose connection may be opened: it is admitted, or its first message must have the token. */
export interface OpenHandshake {
  readonly connection: Connection;
  readonly awaitsToken: boolean;
}

/** Decides about connections: every gateway that shares the server must admit the caller, because each may send to all of its clients. */
@Injectable()
export class Handshakes {
  private plans: ReadonlyMap<ClassRef, HandlerPlan> | undefined;

  constructor(
    @Inject(MessageRegistry) private readonly handlers: MessageRegistry,
    @Inject(PlanRegistry) private readonly registry: PlanRegistry,
    @Inject(Door) private readonly door: Door,
    @Inject(WebSocketTransport) private readonly transport: WebSocketTransport,
  ) {}

  /** Reads handshakes; undefined until the boot has finished. */
  get reader(): HandshakeReader | undefined {
    return this.handlers.isReady ? this.transport.reader : undefined;
  }

  /** Decides about a handshake. @param auth - the `auth` of socket.io */
  open(
    gateways: readonly ClassRef[],
    request: AuthRequest,
    client: object | undefined,
    auth?: unknown,
  ): Awaitable<OpenHandshake | RefusalException> {
    const { reader } = this;
    if (reader === undefined) return this.beforeBoot(gateways);
    const connection = reader.read(gateways, request, auth);
    return whenSettled(this.decide(connection, client ?? request), (refusal) => {
      if (refusal === undefined) return { connection, awaitsToken: false };
      return reader.message !== undefined && isSilent(refusal) ? { connection, awaitsToken: true } : refusal;
    });
  }

  /** Decides about the credentials of a connection, and keeps the callers there. */
  decide(connection: Connection, client: object): Awaitable<RefusalException | undefined> {
    const { gateways } = connection;
    if (gateways.length === 0) return this.door.refusals.ofEveryCaller({ label: labelOf(undefined), transport: 'ws' }, 'unknown_handler');
    const callers: (Principal | undefined)[] = [];
    const refusal = inTurn(gateways, (gateway) =>
      whenSettled(this.follow(gateway, connection, client), (outcome) => {
        if (outcome instanceof HttpException) return outcome;
        callers.push(outcome === true ? undefined : principalIn(outcome));
        return undefined;
      }),
    );
    return whenSettled(refusal, (settled) => {
      if (settled === undefined) connection.callers = callers;
      return settled;
    });
  }

  /** The refusal of a connection before the boot has finished. */
  private beforeBoot([gateway]: readonly ClassRef[]): RefusalException {
    return this.door.refusals.beforeBoot({ label: labelOf(gateway), transport: 'ws' });
  }

  private follow(gateway: ClassRef, connection: Connection, client: object): Awaitable<Admission | true> {
    const plan = this.planOf(gateway);
    if (plan === undefined) return this.door.refusals.ofEveryCaller({ label: labelOf(gateway), transport: 'ws' }, 'unknown_handler');
    const handler = gateway.prototype[HANDLE_CONNECTION] ?? noHandler;
    const context = new HandshakeContext(gateway, handler, [client, connection]);
    return this.door.follow(plan.plan, connection, context, plan, this.transport);
  }

  private planOf(gateway: ClassRef): HandlerPlan | undefined {
    this.plans ??= new Map(
      this.registry.all.filter(({ handler }) => handler.kind === 'WebSocket connection').map((plan) => [plan.handler.type, plan]),
    );
    return this.plans.get(gateway);
  }
}

/** Whether a refused handshake has no credentials at all. */
function isSilent(refusal: RefusalException): boolean {
  return refusal instanceof UnauthenticatedException && absenceIn(refusal) === 'none';
}

function labelOf(gateway: ClassRef | undefined): string {
  return `${gateway?.name ?? 'gateway'}.${HANDLE_CONNECTION}`;
}

function noHandler(): void {}
