import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { MessageRegistry } from '../discovery/message-registry.js';
import { Door } from '../guard/door.js';
import type { RefusalException } from '../guard/exceptions.js';
import { TransportRefusals } from './transport-refusal.js';

/** Decides about calls that are no requests of routes: nothing but a declaration that opens lets one in, and nobody before the boot has finished. */
@Injectable()
export class MessageGate {
  constructor(
    @Inject(MessageRegistry) private readonly handlers: MessageRegistry,
    @Inject(Door) private readonly door: Door,
    @Inject(TransportRefusals) private readonly transports: TransportRefusals,
  ) {}

  /** Lets the call in, or refuses it in the words of its transport. */
  canActivate(context: ExecutionContext): true | Promise<never> {
    const outcome = this.verdict(context);
    return outcome === true ? true : this.transports.refuse(context, outcome);
  }

  /** Whether the call may come in; else the refusal. */
  verdict(context: ExecutionContext): true | RefusalException {
    const [type, handler] = [context.getClass(), context.getHandler()];
    const known = this.handlers.get(type, handler);
    const label = known?.label ?? `${type.name}.${handler.name}`;
    if (!this.handlers.isReady) return this.door.refuseEarly(label);
    return known?.isOpen ? true : this.door.refuseAll(label, 'unknown_handler');
  }
}
