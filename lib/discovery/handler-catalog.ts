import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { ClassRef } from '../decorators/declaration.js';
import type { TransportName } from '../transport-name.js';
import { HANDLE_CONNECTION, type HandlerKind, isGateway, kindsOf, operationOf, transportOf } from './handler-kind.js';
import { markFunctions, withOriginals } from './handler-table.js';
import { type Places, placesOf } from './route-places.js';

/** A method of the application, and what it is called for from outside. */
export interface Handler {
  readonly type: ClassRef;
  /** The method's name. Nest looks for handlers by strings only: a method that is named by a symbol is not a handler. */
  readonly name: string | symbol;
  /** The functions that Nest may name as the handler: the prototype's, the instances' where they replaced that, and what these wrap. */
  readonly functions: readonly object[];
  /** Whether the class is a controller. */
  readonly inController: boolean;
  /** What calls it; undefined for a method that nothing calls from outside. */
  readonly kind: HandlerKind | undefined;
  /** The class and the method, and for a route the request line: `OrderController.create (POST /order)`. */
  readonly label: string;
}

/** A handler that is called from outside: what a plan belongs to. */
export interface Callable extends Handler {
  readonly kind: HandlerKind;
  readonly name: string;
  readonly transport: TransportName;
}

/** A route handler of a controller. */
export interface Route extends Callable, Places {
  readonly kind: 'HTTP route';
}

/** A handler of another transport than HTTP. */
export interface Operation extends Callable {
  /** The name by which it is called: `Query.orders`, `ws orders.place`, `rpc orders.create`. */
  readonly operation: string;
}

/** What the application has. */
export interface Catalog {
  /** The classes of the controllers. */
  readonly controllers: readonly ClassRef[];
  /** The classes of the other providers. */
  readonly providers: readonly ClassRef[];
  /** Every method of every controller and provider, inherited ones included, and the connections of gateways; once for each of its kinds. */
  readonly handlers: readonly Handler[];
  /** Those of them that are routes. */
  readonly routes: readonly Route[];
  /** Those of them that other transports call. */
  readonly operations: readonly Operation[];
}

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A class that Nest knows, and what Nest keeps for it in each module that lists it. */
interface Provided {
  readonly type: ClassRef;
  readonly asController: readonly Wrapper[];
  readonly asProvider: readonly Wrapper[];
}

/** Finds everything of the application that can be called from outside. */
@Injectable()
export class HandlerCatalog {
  /** The handlers as their classes have them, read before Nest builds the routes. */
  readonly declared: readonly Handler[];

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {
    this.declared = this.read().handlers;
    // Before Nest builds the routes, and with them the wrappers of handlers.
    for (const { functions } of this.declared) markFunctions(functions);
  }

  /** Reads what the application has now. What objects put in the place of methods is there when all modules have been instantiated. */
  read(): Catalog {
    const provided = this.provided();
    const handlers = provided.flatMap((each) => this.handlersOf(each));
    const [controllers, providers] = [provided.filter(isController), provided.filter((each) => !isController(each))];
    return {
      controllers: controllers.map(typeOf),
      providers: providers.map(typeOf),
      handlers,
      routes: handlers.filter(isRoute),
      operations: handlers.filter(isOperation),
    };
  }

  private provided(): Provided[] {
    const controllers = byClass(this.discovery.getControllers());
    const providers = byClass(this.discovery.getProviders());
    const types = new Set([...controllers.keys(), ...providers.keys()]);
    return [...types].map((type) => ({ type, asController: controllers.get(type) ?? [], asProvider: providers.get(type) ?? [] }));
  }

  private handlersOf(provided: Provided): Handler[] {
    const { prototype } = provided.type;
    const names = this.scanner.getAllMethodNames(prototype);
    const named = names.flatMap((name) => this.handlersNamed(name, prototype[name], provided));
    const bySymbols = symbolsOf(prototype).map((name) => handlerOf(name, prototype[name], provided));
    const isMissing = isGateway(provided.type) && !names.includes(HANDLE_CONNECTION);
    return [...named, ...bySymbols, ...(isMissing ? this.handlersNamed(HANDLE_CONNECTION, undefined, provided) : [])];
  }

  private handlersNamed(name: string, method: object | undefined, provided: Provided): Handler[] {
    const { type, asController } = provided;
    const handler = handlerOf(name, method, provided);
    const called = { type, name, method, inController: handler.inController };
    const kinds = kindsOf(called);
    if (kinds.length === 0) return [handler];
    return kinds.map((kind) => {
      const transport = transportOf(kind);
      if (kind !== 'HTTP route' || method === undefined) return { ...handler, kind, transport, operation: operationOf(kind, called) };
      const places = placesOf({ type, method, modules: asController.map(({ host }) => host?.metatype) }, this.config, this.modules);
      return { ...handler, kind, transport, ...places, label: `${handler.label} (${places.method} ${places.paths[0] ?? ''})` };
    });
  }
}

/** Whether a handler is a route. */
export function isRoute(handler: Handler): handler is Route {
  return handler.kind === 'HTTP route';
}

/** Whether another transport than HTTP calls a handler. */
export function isOperation(handler: Handler): handler is Operation {
  return handler.kind !== undefined && !isRoute(handler);
}

function isController({ asController }: Provided): boolean {
  return asController.length > 0;
}

function typeOf({ type }: Provided): ClassRef {
  return type;
}

function byClass(wrappers: readonly Wrapper[]): Map<ClassRef, Wrapper[]> {
  const found = new Map<ClassRef, Wrapper[]>();
  for (const wrapper of wrappers) {
    const type = classOf(wrapper);
    if (type !== undefined) found.set(type, [...(found.get(type) ?? []), wrapper]);
  }
  return found;
}

function handlerOf(name: string | symbol, method: object | undefined, { type, asController, asProvider }: Provided): Handler {
  // Nest reads the handlers of a controller from its object. An object of another class may be a proxy that cannot be read yet.
  const read = asController.map(({ instance }): unknown => instance?.[name]);
  const own = asProvider.map(({ instance }) => ownValue(instance, name));
  const functions = withOriginals([method, ...read, ...own].filter(isFunction));
  return { type, name, functions, inController: asController.length > 0, kind: undefined, label: `${type.name}.${String(name)}` };
}

function isFunction(value: unknown): value is object {
  return typeof value === 'function';
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

/** What an object has in place of a method of its class: bound or wrapped in its constructor. */
function ownValue(instance: unknown, name: PropertyKey): unknown {
  if (typeof instance !== 'object' || instance === null) return undefined;
  return Object.getOwnPropertyDescriptor(instance, name)?.value;
}
