import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import { isPrincipal, type Principal } from '../principal.js';

/** Under this key the guard leaves the caller on a request, whatever `principalProperty` is and whoever else writes to it. */
export const PRINCIPAL: unique symbol = Symbol('nest-service-auth:principal');

/** The `principalProperty` of each application, by the instance of its framework, which its requests know. */
const properties = new WeakMap<object, string>();

/** Remembers under which name the requests of an application hold the principal. */
export function rememberPrincipalProperty(instance: object, property: string): void {
  properties.set(instance, property);
}

const fromRequest = createParamDecorator((_: undefined, context: ExecutionContext): Principal | undefined =>
  context.getType() === 'http' ? principalOf(context.switchToHttp().getRequest()) : undefined,
);

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
  return fromRequest(undefined, ...pipes);
}

/** What is in the application's own property counts if it is a principal; else whom the guard let in. */
function principalOf(request: RequestOfFramework): Principal | undefined {
  const application = request.app ?? request.server;
  const own = request[(application && properties.get(application)) ?? 'user'];
  // A user of Passport has no scheme that let it in.
  return isPrincipal(own) && typeof own.scheme === 'string' && typeof own.method === 'string' ? own : request[PRINCIPAL];
}

interface RequestOfFramework {
  /** The application of Express. */
  readonly app?: object;
  /** The instance of Fastify. */
  readonly server?: object;
  readonly [PRINCIPAL]?: Principal;
  readonly [property: string]: unknown;
}
