import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { endStream, grpcCallOf, isStream, UNAUTHENTICATED } from '../../grpc-call.js';
import type { Principal } from '../../principal.js';
import { expiryOf } from '../../principal-expiry.js';
import { Expiries } from '../expiries.js';

/** Ends streams of gRPC when the credential of their caller expires. A call without a stream runs to its end. */
@Injectable()
export class GrpcStreams {
  constructor(@Inject(Expiries) private readonly expiries: Expiries) {}

  /** Ends the call of a context with `UNAUTHENTICATED` at the expiry of its caller, unless it is over by then. */
  endAtExpiry(context: ExecutionContext, principal: Principal | undefined): void {
    const end = principal && expiryOf(principal);
    const call = end === undefined ? undefined : grpcCallOf(context);
    if (call === undefined || !isStream(call)) return;
    const cancel = this.expiries.at(end, () => endStream(context, call, UNAUTHENTICATED, 'The credential has expired.'));
    // `finish` where the server has written its last message, the others where the client has gone.
    for (const event of ['finish', 'cancelled', 'close'] as const) call.once(event, cancel);
  }
}
