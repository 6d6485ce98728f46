import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from './principal.js';

/**
 * A custom authorization rule: an injectable class, given to `AuthModule.forRoot({ authorizers })` and named in a requirement.
 * It runs after authentication, the scopes and the permissions.
 */
export interface Authorizer {
  /**
   * Says whether `principal` may do this. `false` is answered 403, an `HttpException` is answered as it is,
   * any other error is answered 503.
   */
  authorize(principal: Principal, context: ExecutionContext): boolean | Promise<boolean>;
}
