import type { HttpAdapterHost } from '@nestjs/core';
import { isPrincipal, type Principal } from '../../principal.js';

/** Under this key the guard keeps the caller on a request, for every `principalProperty`, and also if other code writes there. */
const PRINCIPAL: unique symbol = Symbol('nest-service-auth:principal');

/** A request as a framework hands it out: any code may write to it. */
export type HttpRequest = Record<string | symbol, unknown>;

/** The `principalProperty` of each application, by the instance of its framework, which its requests know. */
const properties = new WeakMap<object, string>();

/** Keeps the caller on a request: for `@CurrentPrincipal()`, and under the name that the application chose. */
export class PrincipalKeeper {
  private property = 'user';

  /**
   * Gives the requests of an application room for the caller from the start.
   *
   * Express changes the prototype of each request, and from then on the engine makes a hidden class for every property that a request
   * is given: two of them would cost more than all the rest of the guard. A property that a request has already costs little to write.
   */
  prepare({ httpAdapter }: HttpAdapterHost, property: string): void {
    this.property = property;
    const instance = httpAdapter?.getInstance<object | undefined>();
    if (instance !== undefined) properties.set(instance, property);
    if (httpAdapter?.getType() !== 'express') return;
    const { request: prototype = {} } = httpAdapter.getInstance<{ readonly request?: object }>();
    // What an application defines for all of its requests must not be hidden.
    if (property in prototype) return;
    httpAdapter.getHttpServer()?.prependListener('request', (request: HttpRequest) => {
      request[PRINCIPAL] = undefined;
      request[property] = undefined;
    });
  }

  /** Keeps `principal` on `request`, in place of what a middleware may have written there. */
  keep(request: HttpRequest, principal: Principal | undefined): void {
    request[PRINCIPAL] = principal;
    request[this.property] = principal;
  }
}

/** The caller that is kept on a request: the application's own property counts if it holds a principal. */
export function principalOn(request: RequestOfFramework): Principal | undefined {
  const application = request.app ?? request.server;
  const own = request[(application && properties.get(application)) ?? 'user'];
  // A user of Passport has neither a scheme nor a method.
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
