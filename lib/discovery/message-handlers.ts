import 'reflect-metadata';
import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ClassRef } from '../decorators/declaration.js';
import { graphqlKindOf } from './graphql-kind.js';

/** What else than a route a method may be. */
export type MessageKind =
  | 'WebSocket message'
  | 'WebSocket connection'
  | 'microservice message'
  | 'GraphQL resolver'
  | 'GraphQL field'
  | 'GraphQL reference resolver'
  | 'GraphQL type resolver';

/** A method of a controller or a provider, and what makes it more than a method. */
export interface DiscoveredMethod {
  readonly type: ClassRef;
  /** The method's name. Nest looks for handlers by strings only: a method that is named by a symbol is none. */
  readonly name: string | symbol;
  /** The functions that Nest may name as the handler: the prototype's, and the instance's where it replaced that. */
  readonly handlers: readonly object[];
  /** Whether the class is a controller. */
  readonly inController: boolean;
  /** What the transport calls it for; undefined for a route, or a method that nobody calls from outside. */
  readonly kind: MessageKind | undefined;
  /** Whether it is a route handler. */
  readonly isRoute: boolean;
}

// The keys of Nest's own metadata. The packages that write it are optional, and not loaded for their names.
const ROUTE_PATH = 'path';
const GATEWAY = 'websockets:is_gateway';
const MARKS: readonly (readonly [string, MessageKind])[] = [
  ['websockets:message_mapping', 'WebSocket message'],
  ['microservices:pattern', 'microservice message'],
];

/** What Nest calls in a gateway for each client that connects. */
export const HANDLE_CONNECTION = 'handleConnection';

/** A class that Nest knows, and the objects that it made of it or was given; none before they are made. */
interface Provided {
  readonly type: ClassRef;
  readonly instances: Set<unknown>;
  readonly inController: boolean;
}

/** Finds the methods of the application that other transports than HTTP call, and those that carry a declaration. */
@Injectable()
export class MethodCatalog {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  /** The classes of the controllers. */
  controllers(): Set<ClassRef> {
    return new Set(this.provided().flatMap(({ type, inController }) => (inController ? type : [])));
  }

  /** The classes of the other providers. */
  providers(): Set<ClassRef> {
    return new Set(this.provided().flatMap(({ type, inController }) => (inController ? [] : type)));
  }

  /** Every method of every controller and provider, inherited ones included, and the connections of gateways. */
  methods(): DiscoveredMethod[] {
    return this.provided().flatMap((provided) => this.methodsOf(provided));
  }

  private provided(): Provided[] {
    const byType = new Map<ClassRef, Provided>();
    for (const wrapper of this.discovery.getControllers()) note(wrapper, true, byType);
    for (const wrapper of this.discovery.getProviders()) note(wrapper, false, byType);
    return [...byType.values()];
  }

  private methodsOf({ type, instances, inController }: Provided): DiscoveredMethod[] {
    const names = [...this.scanner.getAllMethodNames(type.prototype), ...symbolsOf(type.prototype)];
    const methods = names.map((name): DiscoveredMethod => {
      const method: object = type.prototype[name];
      const handlers = [method, ...[...instances].flatMap((instance) => ownMethod(instance, name))];
      if (typeof name === 'symbol') return { type, name, handlers, inController, kind: undefined, isRoute: false };
      const isRoute = inController && Reflect.getMetadata(ROUTE_PATH, method) !== undefined;
      return { type, name, handlers, inController, kind: kindOf(type, name, method), isRoute };
    });
    const isListed = names.includes(HANDLE_CONNECTION);
    return isListed || !isGateway(type) ? methods : [...methods, connectionOf(type)];
  }
}

function kindOf(type: ClassRef, name: string, method: object): MessageKind | undefined {
  if (name === HANDLE_CONNECTION && isGateway(type)) return 'WebSocket connection';
  return MARKS.find(([key]) => Reflect.getMetadata(key, method) !== undefined)?.[1] ?? graphqlKindOf(type, name, method);
}

/** Clients connect to a gateway that has no `handleConnection`, too. */
function connectionOf(type: ClassRef): DiscoveredMethod {
  return { type, name: HANDLE_CONNECTION, handlers: [], inController: false, kind: 'WebSocket connection', isRoute: false };
}

function isGateway(type: ClassRef): boolean {
  return Reflect.getMetadata(GATEWAY, type) !== undefined;
}

/** The methods that are named by symbols: a declaration on one must be seen, although Nest calls none of them. */
function symbolsOf(prototype: object): symbol[] {
  const symbols: symbol[] = [];
  for (let each: object | null = prototype; each !== null && each !== Object.prototype; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertySymbols(each)) {
      if (typeof Object.getOwnPropertyDescriptor(each, name)?.value === 'function') symbols.push(name);
    }
  }
  return [...new Set(symbols)];
}

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A factory is no class, but GraphQL calls the methods of what it made. Values of plain objects have no methods of a class. */
function note({ instance, metatype, isNotMetatype }: Wrapper, inController: boolean, byType: Map<ClassRef, Provided>): void {
  const type: unknown = isNotMetatype ? classOf(instance) : metatype;
  if (!isClass(type)) return;
  const known = byType.get(type) ?? { type, instances: new Set(), inController };
  byType.set(type, known);
  known.instances.add(instance);
}

function classOf(instance: unknown): unknown {
  if (typeof instance !== 'object' || instance === null) return undefined;
  const prototype: object | null = Object.getPrototypeOf(instance);
  return prototype === null || prototype === Object.prototype ? undefined : prototype.constructor;
}

function isClass(type: unknown): type is ClassRef {
  return typeof type === 'function' && typeof type.prototype === 'object' && type.prototype !== null;
}

/** A method that an object has in place of its class's: bound or wrapped in its constructor. */
function ownMethod(instance: unknown, name: PropertyKey): object[] {
  if (typeof instance !== 'object' || instance === null) return [];
  const own: unknown = Object.getOwnPropertyDescriptor(instance, name)?.value;
  return typeof own === 'function' ? [own] : [];
}
