import type { ServerResponse } from 'node:http';
import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../principal.js';
import { CredentialEnds } from '../credential-ends.js';

/** The key of Nest's metadata of `@Sse()`. */
const SSE = '__sse__';

const RESPONSE = 1;

/** Ends server-sent events when the credential of their caller expires or is revoked. Other answers run to their end. */
@Injectable()
export class EventStreams {
  /** Whether a handler sends events: its metadata are read once. */
  private readonly known = new WeakMap<object, boolean>();

  constructor(@Inject(CredentialEnds) private readonly ends: CredentialEnds) {}

  /**
   * Closes the connection of a context when the credential of its caller ends, unless the answer is over by then. A proper end would keep the
   * connection, whose end Nest waits for; and a client could take what it has for all.
   */
  endWithCredential(context: ExecutionContext, principal: Principal | undefined): void {
    if (principal === undefined || !this.sendsEvents(context.getHandler())) return;
    const response = wireResponse(context.getArgByIndex<object>(RESPONSE));
    response.once(
      'close',
      this.ends.whenEnded(principal, () => response.destroy()),
    );
  }

  private sendsEvents(handler: object): boolean {
    const known = this.known.get(handler);
    if (known !== undefined) return known;
    const sends = Reflect.getMetadata(SSE, handler) === true;
    this.known.set(handler, sends);
    return sends;
  }
}

/** Node's own response: Fastify's carries it as `raw`. */
function wireResponse(response: object): ServerResponse {
  const { raw } = response as { readonly raw?: ServerResponse };
  return raw ?? (response as ServerResponse);
}
