import { AuthConfigurationError } from '../errors.js';
import type { ResourceDeclaration } from './auth-entry.js';
import { requireAuthModule } from './auth-module-required.guard.js';
import { type ClassRef, declareResource } from './declaration.js';

/** What {@link ResourceAuth} takes. */
export interface ResourceAuthOptions {
  /** Entries that replace the service's; or other requirements for the service's entries; or `false` for an open resource. */
  readonly auth: ResourceDeclaration;
}

/**
 * Declares how a resource, that is a route handler, is protected: Ballerina's `http:ResourceConfig { auth }`. It wins over the service.
 *
 * @throws AuthConfigurationError if it does not stand on a method, or is a duplicate decorator.
 * @example
 * ```ts
 * @ResourceAuth({ auth: { scopes: 'add_order' } })
 * @Post() create() {}
 * ```
 */
export function ResourceAuth(options: ResourceAuthOptions): MethodDecorator {
  return (target, method, descriptor) => {
    if (typeof descriptor?.value !== 'function' || typeof target === 'function')
      throw new AuthConfigurationError('@ResourceAuth stands on a method of a controller. On a class, use @ServiceAuth.');
    declareResource(target, method, options);
    // On the class: another decorator may replace the method with a wrapper that does not carry its metadata.
    requireAuthModule(target.constructor as ClassRef);
  };
}
