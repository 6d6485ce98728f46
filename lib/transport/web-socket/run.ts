import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from '../../principal.js';

/** One run of a message handler: an argument behind those of the adapter, in which the caller is kept for this run alone. */
export class Run {
  principal: Principal | undefined;
  private context: ExecutionContext | undefined;

  /** Keeps the caller that was admitted with a context. */
  keep(context: ExecutionContext, principal: Principal | undefined): void {
    this.principal = principal;
    this.context = context;
  }

  /** Whether a caller was kept with this very context. */
  isKeptFor(context: ExecutionContext): boolean {
    return this.context === context;
  }
}

/** The run of a context; undefined where the message did not come through an adapter that is watched. */
export function runOf(context: ExecutionContext): Run | undefined {
  const parameters = context.getArgs<unknown[]>();
  // From the end, where it stands, and without a closure: every message asks.
  for (let index = parameters.length - 1; index >= 0; index--) {
    const parameter = parameters[index];
    if (parameter instanceof Run) return parameter;
  }
  return undefined;
}
