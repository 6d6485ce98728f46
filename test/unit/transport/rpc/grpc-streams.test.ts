import { EventEmitter } from 'node:events';
import type { ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { createPrincipal } from '../../../../lib/principal.js';
import { GrpcStreams } from '../../../../lib/transport/rpc/grpc-streams.js';

const alice = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice' });

/** What becomes of a call of a caller. */
function callOf(principal: typeof alice | undefined, methods: object, type = 'rpc') {
  const ends: ((why: 'expired' | 'revoked') => void)[] = [];
  let cancelled = 0;
  const whenEnded = (_: unknown, end: (why: 'expired' | 'revoked') => void) => {
    ends.push(end);
    return () => void cancelled++;
  };
  const call = Object.assign(new EventEmitter(), { sendMetadata() {}, getPeer: () => '', ...methods });
  const errors: unknown[] = [];
  call.on('error', (error) => errors.push(error));
  const context: ExecutionContext = Object.assign(new ExecutionContextHost([{}, {}, call]), { getType: () => type as never });
  new GrpcStreams({ whenEnded } as never).endWithCredential(context, principal);
  return { call, ends, errors, cancelled: () => cancelled };
}

describe('the end of a stream of gRPC', () => {
  it.each([
    ['expired', 'The credential has expired.'],
    ['revoked', 'The credential was revoked.'],
  ] as const)('comes with the end of the credential, and says why: %s', (why, details) => {
    const { ends, errors } = callOf(alice, { write() {} });
    ends[0]?.(why);
    expect(errors).toEqual([expect.objectContaining({ code: 16, details })]);
  });

  it.each(['finish', 'cancelled', 'close'])('is not waited for any more when the call is over: %s', (event) => {
    const { call, cancelled } = callOf(alice, { read() {} });
    call.emit(event);
    expect(cancelled()).toBe(1);
  });

  it.each<[string, typeof alice | undefined, object, string]>([
    ['there is no caller', undefined, { write() {} }, 'rpc'],
    ['one message has one answer', alice, {}, 'rpc'],
    ['the call is none of gRPC', alice, { write() {} }, 'ws'],
  ])('is not waited for where %s', (_, principal, methods, type) => {
    expect(callOf(principal, methods, type).ends).toEqual([]);
  });
});
