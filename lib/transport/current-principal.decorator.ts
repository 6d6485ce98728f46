import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { Principal } from '../principal.js';
import { principalOf } from './transports.js';

const fromCall = createParamDecorator((_: undefined, context: ExecutionContext): Principal | undefined => principalOf(context));

/**
 * Injects the caller that was let in; `undefined` on an open route. Pipes get it and may make something else of it.
 *
 * @example
 * ```ts
 * @Get('me') me(@CurrentPrincipal() who: Principal, @CurrentPrincipal(UserPipe) user: User) {}
 * ```
 */
export function CurrentPrincipal(...pipes: (Type<PipeTransform> | PipeTransform)[]): ParameterDecorator {
  // Nest takes its first argument for data where it does not look like a pipe.
  return fromCall(undefined, ...pipes);
}
