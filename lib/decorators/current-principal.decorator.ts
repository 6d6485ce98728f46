import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Principal } from '../principal.js';

/** Under this key the guard leaves the caller on a request, whatever `principalProperty` is and whoever else writes to it. */
export const PRINCIPAL: unique symbol = Symbol('nest-service-auth:principal');

/** Injects the caller that the guard admitted; `undefined` on an open route. */
export const CurrentPrincipal: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | undefined => context.switchToHttp().getRequest()[PRINCIPAL],
);
