import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { ClassRef } from '../decorators/declaration.js';
import type { TransportName } from '../transport-name.js';
import { HANDLE_CONNECTION, type HandlerKind, isGateway, kindsOf, operationOf, transportOf } from './handler-kind.js';
import { markFunctions, withOriginals } from './handler-table.js';
import { type Provided, providedClasses } from './provided-classes.js';
import { NOWHERE, type Places, type PlacesOf, placesFinder } from './route-places.js';

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

/** Finds everything of the application that can be called from outside. */
@Injectable()
export class HandlerCatalog {
  /** The handlers as their classes have them, read before Nest builds the routes. Where routes will be served is not known yet. */
  readonly declared: readonly Pick<Handler, 'type' | 'kind' | 'functions'>[];

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {
    this.declared = this.handlers(() => NOWHERE);
    // Before Nest builds the routes, and with them the wrappers of handlers.
    for (const { functions } of this.declared) markFunctions(functions);
  }

  /** Reads what the application has now. What objects put in the place of methods is there when all modules have been instantiated. */
  read(): Catalog {
    const provided = providedClasses(this.discovery);
    const handlers = this.handlers(placesFinder(this.config, this.modules), provided);
    const [controllers, providers] = [provided.filter(isController), provided.filter((each) => !isController(each))];
    return {
      controllers: controllers.map(typeOf),
      providers: providers.map(typeOf),
      handlers,
      routes: handlers.filter(isRoute),
      operations: handlers.filter(isOperation),
    };
  }

  private handlers(places: PlacesOf, provided = providedClasses(this.discovery)): Handler[] {
    return provided.flatMap((each) => this.handlersOf(each, places));
  }

  private handlersOf(provided: Provided, places: PlacesOf): Handler[] {
    const { prototype } = provided.type;
    const names = this.scanner.getAllMethodNames(prototype);
    const named = names.flatMap((name) => handlersNamed(name, prototype[name], provided, places));
    const bySymbols = symbolsOf(prototype).map((name) => uncalled(name, prototype[name], provided));
    const isMissing = isGateway(provided.type) && !names.includes(HANDLE_CONNECTION);
    return [...named, ...bySymbols, ...(isMissing ? handlersNamed(HANDLE_CONNECTION, undefined, provided, places) : [])];
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

/** What is the same for every kind of a method. */
function methodOf(name: string | symbol, method: object | undefined, { type, asController, asProvider }: Provided) {
  // Nest reads the handlers of a controller from its object. An object of another class may be a proxy that cannot be read yet.
  const functions: object[] = [];
  addFunction(functions, method);
  for (const { instance } of asController) addFunction(functions, instance?.[name]);
  for (const { instance } of asProvider) addFunction(functions, ownValue(instance, name));
  return { type, functions: withOriginals(functions), inController: asController.length > 0, label: `${type.name}.${String(name)}` };
}

function uncalled(name: string | symbol, method: object | undefined, provided: Provided): Handler {
  const { type, functions, inController, label } = methodOf(name, method, provided);
  return { type, name, functions, inController, kind: undefined, label };
}

/** Written field by field: copies of objects take longer than all the rest, and there may be a thousand routes. */
function handlersNamed(name: string, method: object | undefined, provided: Provided, placesOfRoute: PlacesOf): Handler[] {
  const called = { type: provided.type, name, method, inController: provided.asController.length > 0 };
  const kinds = kindsOf(called);
  if (kinds.length === 0) return [uncalled(name, method, provided)];
  const { type, functions, inController, label } = methodOf(name, method, provided);
  return kinds.map((kind): Handler | Route | Operation => {
    const transport = transportOf(kind);
    if (kind !== 'HTTP route' || method === undefined)
      return { type, name, functions, inController, kind, label, transport, operation: operationOf(kind, called) };
    const served = placesOfRoute({ type, method, modules: provided.asController.map(({ host }) => host?.metatype) });
    const { method: verb, paths, places } = served;
    return {
      type,
      name,
      functions,
      inController,
      kind,
      label: `${label} (${verb} ${paths[0] ?? ''})`,
      transport,
      method: verb,
      paths,
      places,
    };
  });
}

function addFunction(functions: object[], value: unknown): void {
  if (typeof value === 'function' && !functions.includes(value)) functions.push(value);
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

/** What an object has in place of a method of its class: bound or wrapped in its constructor. */
function ownValue(instance: unknown, name: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(Object(instance), name)?.value;
}
