import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from './principal.js';

/**
 * A custom authorization rule: an injectable class, given to `AuthModule.forRoot({ authorizers })` and named in a requirement.
 * It runs after authentication and every other requirement. `A` is the type of the arguments that a requirement gives it.
 */
export interface Authorizer<A = undefined> {
  /**
   * Decides whether `principal` may do this. `false` is answered 403, an `HttpException` is answered as it is,
   * any other error is answered 503.
   *
   * @param args - the arguments of the requirement, `{ use, args }`; undefined where it names the class alone.
   */
  authorize(principal: Principal, context: ExecutionContext, args: A): boolean | Promise<boolean>;
}
