import type { ExecutionContext } from '@nestjs/common';
import type { AuthRequest } from '../../http/auth-request.js';
import { rememberRequest } from '../../http/caller-request.js';
import { copyPrincipal, isMade, type Principal } from '../../principal.js';

/** The caller of one run of a handler. */
export class KeptCaller {
  private own: Principal | undefined;

  constructor(
    private readonly context: ExecutionContext,
    private readonly request: AuthRequest,
    private readonly admitted: Principal | undefined,
  ) {}

  /** Undefined for one without credentials. Made when it is asked for: few handlers read it. */
  get principal(): Principal | undefined {
    if (this.own === undefined && this.admitted !== undefined) this.own = this.callerFor(this.admitted);
    return this.own;
  }

  /** Whether this is the caller of a handler. */
  isOf(context: ExecutionContext): boolean {
    return this.isFor(context) || (this.context.getClass() === context.getClass() && this.context.getHandler() === context.getHandler());
  }

  /** Whether this is the caller that was kept with this very context. */
  isFor(context: ExecutionContext): boolean {
    return this.context === context;
  }

  /** A handler of messages gets no request: its caller stands for it in outgoing calls. */
  private callerFor(principal: Principal): Principal {
    const note = (caller: Principal) => rememberRequest(caller, this.request);
    // Caches give one principal to many messages, and outlive them: each message has a caller of its own.
    if (isMade(principal)) return copyPrincipal(principal, note);
    note(principal);
    return principal;
  }
}
