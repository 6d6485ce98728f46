import { Inject, Injectable } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../auth.options.js';
import { PRINCIPAL } from '../decorators/current-principal.decorator.js';
import type { Principal } from '../principal.js';

/** A request as a framework hands it out: anybody may leave something on it. */
export type HttpRequest = Record<string | symbol, unknown>;

/** The callers of requests that get at theirs by the getters of their prototype. */
const callers = new WeakMap<object, Principal>();

/** Leaves the caller on a request: for `@CurrentPrincipal()`, and under the name that the application chose. */
@Injectable()
export class PrincipalKeeper {
  private readonly property: string;
  private hasGetter = false;
  private hasNamedGetter = false;

  constructor(@Inject(RESOLVED_OPTIONS) { principalProperty }: Pick<ResolvedAuthOptions, 'principalProperty'>) {
    this.property = principalProperty;
  }

  /**
   * Prepares the requests of an application, before there are any.
   *
   * Express changes the prototype of each request, and from then on the engine makes a hidden class for every property that a request
   * is given: two of them would cost more than all the rest of the guard. Getters that an application's requests share cost nothing.
   */
  prepare({ httpAdapter }: HttpAdapterHost): void {
    if (httpAdapter?.getType() !== 'express') return;
    const { request: prototype } = httpAdapter.getInstance<{ readonly request?: object }>();
    if (prototype === undefined) return;
    this.hasGetter = defineGetter(prototype, PRINCIPAL);
    this.hasNamedGetter = defineGetter(prototype, this.property);
  }

  /** Leaves `principal` on `request`, in place of what a middleware may have left there. */
  keep(request: HttpRequest, principal: Principal): void {
    if (this.hasGetter) callers.set(request, principal);
    else request[PRINCIPAL] = principal;
    if (!this.hasNamedGetter || Object.hasOwn(request, this.property)) request[this.property] = principal;
  }
}

function callerOf(this: object): Principal | undefined {
  return callers.get(this);
}

/** Whether requests have the getter now: a property that somebody else defined is left alone. */
function defineGetter(prototype: object, name: string | symbol): boolean {
  const set = function (this: object, value: unknown) {
    Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
  };
  if (!(name in prototype)) Object.defineProperty(prototype, name, { get: callerOf, set });
  return Object.getOwnPropertyDescriptor(prototype, name)?.get === callerOf;
}
