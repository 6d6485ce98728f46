import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { putHeaders } from '../transport/http/put-headers.js';
import { TransportRefusals } from '../transport/transport-refusal.js';
import type { AuthGuard } from './auth.guard.js';
import { AuthUnavailableException } from './exceptions.js';
import { retryAfterHeader } from './refuse.js';
import { withoutStack } from './without-stack.js';

/**
 * The global guard as Nest knows it: refuses every call until the plans are ready, then asks {@link AuthGuard}. After a boot that failed it
 * stays closed. It depends on nothing that an application provides, so that Nest never leaves it out.
 */
@Injectable()
export class BootGuard implements CanActivate {
  private guard: Pick<AuthGuard, 'canActivate'> | undefined;

  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(TransportRefusals) private readonly transports: TransportRefusals,
  ) {}

  /** Hands every call to `guard` from now on. */
  open(guard: Pick<AuthGuard, 'canActivate'>): void {
    this.guard = guard;
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.guard === undefined ? this.refuse(context) : this.guard.canActivate(context);
  }

  private refuse(context: ExecutionContext): Promise<never> {
    const refusal = withoutStack(() => new AuthUnavailableException(retryAfterHeader([undefined])));
    if (context.getType() !== 'http') return this.transports.refuse(context, refusal);
    putHeaders(this.adapterHost, context.switchToHttp().getResponse(), refusal.headers);
    throw refusal;
  }
}
