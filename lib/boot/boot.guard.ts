import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Door } from '../guard/door.js';
import { cannotDecide } from '../guard/refuse.js';
import { Transports } from '../transport/transports.js';

/**
 * The global guard as Nest knows it: refuses every call until the plans are ready, then hands it to `AuthGuard`. After a boot that
 * failed it refuses every call. It depends on nothing that an application provides, so that Nest never leaves it out.
 */
@Injectable()
export class BootGuard implements CanActivate {
  private guard: CanActivate | undefined;
  private door: Pick<Door, 'refusals'> | undefined;

  constructor(@Inject(Transports) private readonly transports: Transports) {}

  /** Lets the door report the calls that are refused until then. */
  reportTo(door: Pick<Door, 'refusals'>): void {
    this.door = door;
  }

  /** Hands every call to `guard` from now on. */
  open(guard: CanActivate): void {
    this.guard = guard;
  }

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    if (this.guard !== undefined) return this.guard.canActivate(context);
    const label = `${context.getClass().name}.${context.getHandler().name}`;
    const transport = this.transports.of(context);
    return transport.refuse(context, this.door?.refusals.beforeBoot({ label, transport: transport.name }) ?? cannotDecide());
  }
}
