import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { putHeaders } from '../transport/http/put-headers.js';
import { TransportRefusals } from '../transport/transport-refusal.js';
import type { AuthGuard } from './auth.guard.js';
import type { Door } from './door.js';
import { bootNotFinished } from './refuse.js';

/**
 * The global guard as Nest knows it: refuses every call until the plans are ready, then asks {@link AuthGuard}. After a boot that failed it
 * stays closed. It depends on nothing that an application provides, so that Nest never leaves it out.
 */
@Injectable()
export class BootGuard implements CanActivate {
  private guard: Pick<AuthGuard, 'canActivate'> | undefined;
  private door: Pick<Door, 'refuseEarly'> | undefined;

  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(TransportRefusals) private readonly transports: TransportRefusals,
  ) {}

  /** Lets the door report the calls that are refused until then. */
  reportTo(door: Pick<Door, 'refuseEarly'>): void {
    this.door = door;
  }

  /** Hands every call to `guard` from now on. */
  open(guard: Pick<AuthGuard, 'canActivate'>): void {
    this.guard = guard;
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.guard === undefined ? this.refuse(context) : this.guard.canActivate(context);
  }

  private refuse(context: ExecutionContext): Promise<never> {
    const label = `${context.getClass().name}.${context.getHandler().name}`;
    const refusal = this.door?.refuseEarly(label) ?? bootNotFinished();
    if (context.getType() !== 'http') return this.transports.refuse(context, refusal);
    putHeaders(this.adapterHost, context.switchToHttp().getResponse(), refusal.headers);
    throw refusal;
  }
}
