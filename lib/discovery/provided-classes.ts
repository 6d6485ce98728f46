import type { DiscoveryService } from '@nestjs/core';
import type { ClassRef } from '../decorators/declaration.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A class that Nest knows, and what Nest keeps for it in each module that lists it. */
export interface Provided {
  readonly type: ClassRef;
  readonly asController: readonly Wrapper[];
  readonly asProvider: readonly Wrapper[];
}

/** Every class of the application that is a controller or another provider. */
export function providedClasses(discovery: DiscoveryService): Provided[] {
  const controllers = byClass(discovery.getControllers());
  const providers = byClass(discovery.getProviders());
  const types = new Set([...controllers.keys(), ...providers.keys()]);
  return [...types].map((type) => ({ type, asController: controllers.get(type) ?? [], asProvider: providers.get(type) ?? [] }));
}

function byClass(wrappers: readonly Wrapper[]): Map<ClassRef, Wrapper[]> {
  const found = new Map<ClassRef, Wrapper[]>();
  for (const wrapper of wrappers) {
    const type = classOf(wrapper);
    if (type !== undefined) found.set(type, [...(found.get(type) ?? []), wrapper]);
  }
  return found;
}

/** A factory is not a class, but GraphQL calls the methods of its result. Plain objects have no methods of a class. */
function classOf({ instance, metatype, isNotMetatype }: Wrapper): ClassRef | undefined {
  const type: unknown = isNotMetatype ? constructorOf(instance) : metatype;
  return isClass(type) ? type : undefined;
}

function constructorOf(instance: unknown): unknown {
  if (typeof instance !== 'object' || instance === null) return undefined;
  const prototype: object | null = Object.getPrototypeOf(instance);
  return prototype === null || prototype === Object.prototype ? undefined : prototype.constructor;
}

function isClass(type: unknown): type is ClassRef {
  return typeof type === 'function' && typeof type.prototype === 'object' && type.prototype !== null;
}
