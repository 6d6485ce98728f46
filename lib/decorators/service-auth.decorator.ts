import { AuthConfigurationError } from '../errors.js';
import type { ServiceDeclaration } from './auth-entry.js';
import { requireAuthModule } from './auth-module-required.guard.js';
import { type ClassRef, declareService } from './declaration.js';

/** What {@link ServiceAuth} takes. */
export interface ServiceAuthOptions {
  /** The entries for every resource of the service, tried in order; `false` opens them. */
  readonly auth: ServiceDeclaration;
}

/**
 * Declares how a service, that is a controller, is protected: Ballerina's `http:ServiceConfig { auth }`.
 * A subclass without a declaration of its own inherits it.
 *
 * @throws AuthConfigurationError if it does not stand on a class, or is a duplicate decorator.
 * @example
 * ```ts
 * @ServiceAuth({ auth: ['sts'] })
 * @Controller('order')
 * class OrderController {}
 * ```
 */
export function ServiceAuth(options: ServiceAuthOptions): ClassDecorator {
  return (target: unknown, ...rest: unknown[]) => {
    if (typeof target !== 'function' || rest.some((argument) => argument !== undefined))
      throw new AuthConfigurationError('@ServiceAuth stands on a class. On a method, use @ResourceAuth.');
    declareService(target as ClassRef, options);
    requireAuthModule(target as ClassRef);
  };
}
