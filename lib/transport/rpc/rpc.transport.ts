import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { HandlerKind } from '../../discovery/handler-kind.js';
import { answerStreamCall, grpcStatusOf, isGrpcCall } from '../../grpc-call.js';
import type { RefusalException } from '../../guard/exceptions.js';
import { type ExceptionClass, loadException } from '../load-exception.js';
import type { Transport } from '../transport.js';

/** Messages and events of microservices, gRPC among them. */
@Injectable()
export class RpcTransport implements Transport {
  static readonly contextType = 'rpc';
  readonly name = 'rpc';
  private Exception: ExceptionClass | undefined;

  async load(kinds: ReadonlySet<HandlerKind>): Promise<void> {
    if (kinds.has('microservice message')) this.Exception = await loadException('@nestjs/microservices', 'RpcException');
  }

  refuse(context: ExecutionContext, refusal: RefusalException): Promise<never> {
    const status = grpcStatusOf(refusal);
    const answered = answerStreamCall(context, status);
    if (answered !== undefined) return answered;
    const { Exception } = this;
    if (!isGrpcCall(context)) throw Exception === undefined ? refusal : new Exception(refusal.message);
    throw Exception === undefined ? Object.assign(refusal, status) : new Exception(status);
  }
}
