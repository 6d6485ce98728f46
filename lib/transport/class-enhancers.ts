import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { ClassRef } from '../decorators/declaration.js';

/** The keys of Nest's own metadata, by the kind of what it runs before or after a handler. */
const KEYS = { guard: '__guards__', filter: '__exceptionFilters__' } as const;

/** A guard or a filter that is attached to classes. */
export interface Enhancer {
  readonly kind: keyof typeof KEYS;
  readonly type: Type;
  readonly instance: object;
}

/**
 * Attaches a guard or a filter to classes, on which it runs whether global ones do or not. On the class, not on its methods: an object may
 * replace the functions of its handlers, and the metadata with them.
 */
export function attachToClasses(types: Iterable<ClassRef>, { kind, type, instance }: Enhancer, modules: ModulesContainer): void {
  const all = new Set(types);
  if (all.size === 0) return;
  for (const each of all) addMetadata(KEYS[kind], each, type);
  // Nest looks for the instance among those of the handler's module: each application has its own.
  for (const module of modules.values()) module.addInjectable({ provide: type, useValue: instance }, kind);
}

function addMetadata(key: string, type: ClassRef, enhancer: Type): void {
  for (const owner of new Set<object>([type, type.prototype.constructor])) {
    const present: readonly unknown[] = Reflect.getMetadata(key, owner) ?? [];
    if (!present.includes(enhancer)) Reflect.defineMetadata(key, [...present, enhancer], owner);
  }
}
