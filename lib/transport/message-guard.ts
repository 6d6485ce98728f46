import 'reflect-metadata';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { ClassRef } from '../decorators/declaration.js';
import { type MessageKind, MethodCatalog } from '../discovery/message-handlers.js';
import { MessageGate } from './message-gate.js';

/**
 * Stands before the message handlers of a class where Nest runs no global guard: gateways of Nest 11, and hybrid applications
 * without `inheritAppConfig`. Classes are shared by all applications of a process: an application without this module makes an
 * instance that has no gate, and lets everything pass.
 */
class MessageGuard implements CanActivate {
  private readonly gate: MessageGate | undefined;

  constructor(gate?: MessageGate) {
    this.gate = gate;
  }

  canActivate(context: ExecutionContext): boolean | Promise<never> {
    return this.gate === undefined || context.getType() === 'http' || this.gate.canActivate(context);
  }
}

/** The key of Nest's own metadata. */
const GUARDS = '__guards__';
const GUARDED: readonly (MessageKind | undefined)[] = ['WebSocket message', 'microservice message'];

/** Puts the guard before every message handler, when the module is made: a microservice may listen long before the boot has finished. */
@Injectable()
export class MessageGuards {
  constructor(
    @Inject(MethodCatalog) catalog: MethodCatalog,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(MessageGate) gate: MessageGate,
  ) {
    const types = catalog.methods().flatMap(({ type, kind }) => (GUARDED.includes(kind) ? type : []));
    if (types.length === 0) return;
    for (const type of new Set(types)) guard(type);
    // Nest looks for the instance of a guard among those of the handler's module: each application has its own.
    const provider = { provide: MessageGuard, useValue: new MessageGuard(gate) };
    for (const module of modules.values()) module.addInjectable(provider, 'guard');
  }
}

/** On the class: an object may replace the functions of its handlers, and the metadata with them. */
function guard(type: ClassRef): void {
  for (const owner of new Set<object>([type, type.prototype.constructor])) {
    const guards: readonly unknown[] = Reflect.getMetadata(GUARDS, owner) ?? [];
    if (!guards.includes(MessageGuard)) Reflect.defineMetadata(GUARDS, [...guards, MessageGuard], owner);
  }
}
