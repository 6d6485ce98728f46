import { type ExecutionContext, type HttpException, Inject, Injectable } from '@nestjs/common';
import type { HandlerKind } from '../../discovery/handler-kind.js';
import { answerStreamCall, grpcStatusOf, isGrpcCall } from '../../grpc-call.js';
import type { AuthRequest } from '../../http/auth-request.js';
import type { Principal } from '../../principal.js';
import type { ResolvedAuthOptions } from '../../resolved-options.js';
import { type ExceptionClass, loadExport } from '../load-export.js';
import { RememberedVerdicts } from '../remembered-verdicts.js';
import type { Callers, Transport } from '../transport.js';
import { Deliveries, type Settlement } from './deliveries.js';
import { GrpcStreams } from './grpc-streams.js';
import { callerOfRun, isKept, keepCaller } from './kept-callers.js';
import { messageOf } from './message.js';
import { MessageRequest } from './message-request.js';
import { MessageRequests } from './message-requests.js';
import { bodyOf } from './refusal-body.js';
import { handlesEvents, RefusedEvent } from './refused-event.js';

const UNAVAILABLE = 503;

/** Messages and events of microservices, gRPC among them. The credential of a message is its own `authorization`, never its payload. */
@Injectable()
export class RpcTransport implements Transport, Callers {
  static readonly contextType = 'rpc';
  readonly name = 'rpc';
  readonly callers: Callers = this;
  private readonly verdicts = new RememberedVerdicts(undefined, MessageRequest.memory);
  /** A message is authenticated once, however many handlers an event has. */
  readonly authenticate = this.verdicts.authenticate;
  readonly recall = this.verdicts.recall;
  private readonly requests = new MessageRequests();
  private Exception: ExceptionClass | undefined;
  private refusedEvents: Exclude<Settlement, 'requeue'> = 'acknowledge';

  constructor(
    @Inject(Deliveries) private readonly deliveries: Deliveries,
    @Inject(GrpcStreams) private readonly streams: GrpcStreams,
  ) {}

  static principalOf(context: ExecutionContext): Principal | undefined {
    return callerOfRun(context);
  }

  async load(kinds: ReadonlySet<HandlerKind>): Promise<void> {
    if (kinds.has('microservice message')) this.Exception = await loadExport('@nestjs/microservices', 'RpcException');
  }

  prepare({ rpc: { refusedEvents = 'acknowledge' }, maxTokenLength }: Pick<ResolvedAuthOptions, 'rpc' | 'maxTokenLength'>): void {
    this.requests.maxTokenLength = maxTokenLength;
    this.refusedEvents = refusedEvents;
  }

  requestOf(context: ExecutionContext): AuthRequest {
    return this.requests.of(context);
  }

  keep(context: ExecutionContext, principal: Principal | undefined, request: AuthRequest): void {
    keepCaller(context, principal, request);
    this.streams.endWithCredential(context, principal);
  }

  isKept(context: ExecutionContext): boolean {
    return isKept(context);
  }

  refuse(context: ExecutionContext, refusal: HttpException): Promise<never> {
    if (isGrpcCall(context)) return this.refuseCall(context, refusal);
    const isEvent = handlesEvents(context);
    // A message that was not an event is answered: it must not be delivered once more.
    this.deliveries.settle(messageOf(context), isEvent ? this.settlementOf(refusal) : 'acknowledge');
    const body = bodyOf(refusal);
    if (isEvent) throw new RefusedEvent(body);
    throw this.Exception === undefined ? refusal : new this.Exception(body);
  }

  /** What could not be decided must be decided later: the event is not to blame. */
  private settlementOf(refusal: HttpException): Settlement {
    return refusal.getStatus() === UNAVAILABLE ? 'requeue' : this.refusedEvents;
  }

  private refuseCall(context: ExecutionContext, refusal: HttpException): Promise<never> {
    const status = grpcStatusOf(refusal);
    const answered = answerStreamCall(context, status);
    if (answered !== undefined) return answered;
    const { Exception } = this;
    throw Exception === undefined ? Object.assign(refusal, status) : new Exception(status);
  }
}
