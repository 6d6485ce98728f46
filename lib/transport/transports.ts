import type { ExecutionContext, Provider } from '@nestjs/common';
import { HandlerCatalog, type Operation } from '../discovery/handler-catalog.js';
import type { Principal } from '../principal.js';
import type { ResolvedAuthOptions } from '../resolved-options.js';
import { CredentialEnds } from './credential-ends.js';
import { Expiries } from './expiries.js';
import { GraphqlTransport } from './graphql/graphql.transport.js';
import { EventStreams } from './http/event-streams.js';
import { HttpTransport } from './http/http.transport.js';
import { Deliveries } from './rpc/deliveries.js';
import { GrpcStreams } from './rpc/grpc-streams.js';
import { RpcTransport } from './rpc/rpc.transport.js';
import type { OperationFindings, Transport, TransportClass } from './transport.js';
import { WebSocketTransport } from './web-socket/web-socket.transport.js';

/** Every transport. */
const TRANSPORTS: readonly TransportClass[] = [HttpTransport, GraphqlTransport, WebSocketTransport, RpcTransport];

/** A call of a type that is not known: Nest answers from the exception. GraphQL makes errors of its own from it. */
const OTHER: Transport = {
  name: 'other',
  callers: undefined,
  refuse(_, refusal) {
    throw refusal;
  },
};

/** The transports of an application, by the types of their contexts. */
export class Transports {
  private readonly byType: ReadonlyMap<string, Transport>;

  constructor(private readonly transports: readonly Transport[]) {
    this.byType = new Map(
      TRANSPORTS.flatMap((Class) =>
        transports.flatMap((each): [string, Transport][] => (each instanceof Class ? [[Class.contextType, each]] : [])),
      ),
    );
  }

  /** The transport of a call. */
  of(context: ExecutionContext): Transport {
    return this.byType.get(context.getType()) ?? OTHER;
  }

  /** Loads what refusals need, for the transports that the application has handlers for. */
  async load({ declared }: Pick<HandlerCatalog, 'declared'>): Promise<this> {
    const kinds = new Set(declared.flatMap(({ kind }) => kind ?? []));
    await Promise.all(this.transports.map((transport) => transport.load?.(kinds)));
    return this;
  }

  /** Prepares what must be there before anything of the application starts. */
  attach(): void {
    for (const transport of this.transports) transport.attach?.();
  }

  /** Checks the operations of the transports whose callers are authenticated. */
  check(operations: readonly Operation[]): OperationFindings {
    const all = this.transports.flatMap((transport): OperationFindings[] => {
      const planned = operations.filter((each) => each.transport === transport.name);
      if (transport.callers === undefined || planned.length === 0) return [];
      return [transport.check?.(planned) ?? { planned, covered: [], problems: [], warnings: [] }];
    });
    return {
      problems: all.flatMap(({ problems }) => problems),
      warnings: all.flatMap(({ warnings }) => warnings),
      planned: all.flatMap(({ planned }) => planned),
      covered: all.flatMap(({ covered }) => covered),
    };
  }

  /** Gives the application's options to every transport. */
  prepare(options: ResolvedAuthOptions): void {
    for (const transport of this.transports) transport.prepare?.(options);
  }
}

/** The caller that was kept for a handler; undefined on an open handler. */
export function principalOf(context: ExecutionContext): Principal | undefined {
  return TRANSPORTS.find(({ contextType }) => contextType === context.getType())?.principalOf?.(context);
}

/** Provides the transports, loaded before anything listens: a microservice may listen before the boot has finished. */
export const TRANSPORT_PROVIDERS: readonly Provider[] = [
  ...TRANSPORTS,
  { provide: Expiries, useFactory: () => new Expiries() },
  CredentialEnds,
  EventStreams,
  Deliveries,
  GrpcStreams,
  {
    provide: Transports,
    useFactory: (catalog: HandlerCatalog, ...transports: Transport[]) => new Transports(transports).load(catalog),
    inject: [HandlerCatalog, ...TRANSPORTS],
  },
];
