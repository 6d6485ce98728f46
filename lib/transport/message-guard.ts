import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { HandlerCatalog } from '../discovery/handler-catalog.js';
import { needsClassGuard } from '../discovery/handler-kind.js';
import { AuthGuard } from './auth.guard.js';
import { attachToClasses } from './class-enhancers.js';

/**
 * Runs before the message handlers of a class where Nest runs no global guard: gateways of Nest 11, and hybrid applications without
 * `inheritAppConfig`. Classes are shared by all applications of a process: an application without this module makes an instance that
 * has no guard, and admits every call.
 */
class MessageGuard implements CanActivate {
  private readonly guard: AuthGuard | undefined;

  constructor(guard?: AuthGuard) {
    this.guard = guard;
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.guard === undefined || context.getType() === 'http' || this.guard.canActivateOnce(context);
  }
}

/** Attaches the guard to every class with message handlers when the module is made: a microservice may listen long before the boot has finished. */
@Injectable()
export class MessageGuards {
  constructor(
    @Inject(HandlerCatalog) catalog: HandlerCatalog,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(AuthGuard) guard: AuthGuard,
  ) {
    const types = catalog.declared.flatMap(({ type, kind }) => (kind !== undefined && needsClassGuard(kind) ? type : []));
    attachToClasses(types, { kind: 'guard', type: MessageGuard, instance: new MessageGuard(guard) }, modules);
  }
}
