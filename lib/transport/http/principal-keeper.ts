import { Inject, Injectable } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { PRINCIPAL, rememberPrincipalProperty } from '../../decorators/current-principal.decorator.js';
import type { Principal } from '../../principal.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../../resolved-options.js';

/** A request as a framework hands it out: anybody may leave something on it. */
export type HttpRequest = Record<string | symbol, unknown>;

/** Leaves the caller on a request: for `@CurrentPrincipal()`, and under the name that the application chose. */
@Injectable()
export class PrincipalKeeper {
  private readonly property: string;

  constructor(@Inject(RESOLVED_OPTIONS) { principalProperty }: Pick<ResolvedAuthOptions, 'principalProperty'>) {
    this.property = principalProperty;
  }

  /**
   * Sees to it that the requests of an application have room for the caller from the start.
   *
   * Express changes the prototype of each request, and from then on the engine makes a hidden class for every property that a request
   * is given: two of them would cost more than all the rest of the guard. What a request has before can be written at little cost.
   */
  prepare({ httpAdapter }: HttpAdapterHost): void {
    const instance = httpAdapter?.getInstance<object | undefined>();
    if (instance !== undefined) rememberPrincipalProperty(instance, this.property);
    if (httpAdapter?.getType() !== 'express') return;
    const { request: prototype = {} } = httpAdapter.getInstance<{ readonly request?: object }>();
    // What an application defines for all of its requests must not be hidden.
    if (this.property in prototype) return;
    httpAdapter.getHttpServer()?.prependListener('request', (request: HttpRequest) => {
      request[PRINCIPAL] = undefined;
      request[this.property] = undefined;
    });
  }

  /** Leaves `principal` on `request`, in place of what a middleware may have left there. */
  keep(request: HttpRequest, principal: Principal): void {
    request[PRINCIPAL] = principal;
    request[this.property] = principal;
  }
}
