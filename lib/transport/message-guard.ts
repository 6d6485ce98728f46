import 'reflect-metadata';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ClassRef } from '../decorators/declaration.js';
import { HandlerCatalog } from '../discovery/handler-catalog.js';
import type { HandlerKind } from '../discovery/handler-kind.js';
import { AuthGuard } from './auth.guard.js';

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
    return this.guard === undefined || context.getType() === 'http' || this.guard.hasDecided(context) || this.guard.canActivate(context);
  }
}

/** The key of Nest's own metadata. */
const GUARDS = '__guards__';
const GUARDED: readonly (HandlerKind | undefined)[] = ['WebSocket message', 'microservice message'];

/** Attaches the guard to every class with message handlers when the module is made: a microservice may listen long before the boot has finished. */
@Injectable()
export class MessageGuards {
  constructor(
    @Inject(HandlerCatalog) catalog: HandlerCatalog,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(AuthGuard) guard: AuthGuard,
  ) {
    const types = catalog.declared.flatMap(({ type, kind }) => (GUARDED.includes(kind) ? type : []));
    if (types.length === 0) return;
    for (const type of new Set(types)) attachTo(type);
    // Nest looks for the instance of a guard among those of the handler's module: each application has its own.
    const provider = { provide: MessageGuard, useValue: new MessageGuard(guard) };
    for (const module of modules.values()) module.addInjectable(provider, 'guard');
  }
}

/** On the class: an object may replace the functions of its handlers, and the metadata with them. */
function attachTo(type: ClassRef): void {
  for (const owner of new Set<object>([type, type.prototype.constructor])) {
    const guards: readonly unknown[] = Reflect.getMetadata(GUARDS, owner) ?? [];
    if (!guards.includes(MessageGuard)) Reflect.defineMetadata(GUARDS, [...guards, MessageGuard], owner);
  }
}
