import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { endStream, grpcCallOf, isStream, UNAUTHENTICATED } from '../../grpc-call.js';
import type { Principal } from '../../principal.js';
import { type CredentialEnd, CredentialEnds } from '../credential-ends.js';

/** The details of the status. */
const DETAILS: Readonly<Record<CredentialEnd, string>> = {
  expired: 'The credential has expired.',
  revoked: 'The credential was revoked.',
};

/** Ends streams of gRPC when the credential of their caller expires or is revoked. A call without a stream runs to its end. */
@Injectable()
export class GrpcStreams {
  constructor(@Inject(CredentialEnds) private readonly ends: CredentialEnds) {}

  /** Ends the call of a context with `UNAUTHENTICATED` when the credential of its caller ends, unless it is over by then. */
  endWithCredential(context: ExecutionContext, principal: Principal | undefined): void {
    const call = principal && grpcCallOf(context);
    if (call === undefined || !isStream(call)) return;
    const cancel = this.ends.whenEnded(principal, (why) => endStream(context, call, UNAUTHENTICATED, DETAILS[why]));
    // `finish` where the server has written its last message, the others where the client has gone.
    for (const event of ['finish', 'cancelled', 'close'] as const) call.once(event, cancel);
  }
}
