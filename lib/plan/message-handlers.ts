import 'reflect-metadata';
import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ClassRef } from '../decorators/declaration.js';

/** What else than a route a method may be. */
export type MessageKind = 'WebSocket message' | 'microservice message' | 'GraphQL resolver' | 'GraphQL field';

/** A method of a controller or a provider, and what makes it more than a method. */
export interface DiscoveredMethod {
  readonly type: ClassRef;
  readonly name: string;
  /** Whether the class is a controller. */
  readonly inController: boolean;
  /** What the transport calls it for; undefined for a route, or a method that nobody calls from outside. */
  readonly kind: MessageKind | undefined;
  /** Whether it is a route handler. */
  readonly isRoute: boolean;
}

// The keys of Nest's own metadata. The packages that write it are optional, and not loaded for their names.
const ROUTE_PATH = 'path';
const MARKS: readonly (readonly [string, MessageKind])[] = [
  ['websockets:message_mapping', 'WebSocket message'],
  ['microservices:pattern', 'microservice message'],
  ['graphql:resolve_property', 'GraphQL field'],
  ['graphql:resolver_type', 'GraphQL resolver'],
];

/** Finds the methods of the application that other transports than HTTP call, and those that carry a declaration. */
@Injectable()
export class MethodCatalog {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  /** The classes of the controllers. */
  controllers(): Set<ClassRef> {
    return classesOf(this.discovery.getControllers());
  }

  /** The classes of the other providers. */
  providers(): Set<ClassRef> {
    const controllers = this.controllers();
    return new Set([...classesOf(this.discovery.getProviders())].filter((type) => !controllers.has(type)));
  }

  /** Every method of every controller and provider, inherited ones included. */
  methods(): DiscoveredMethod[] {
    return [
      ...[...this.controllers()].flatMap((type) => this.methodsOf(type, true)),
      ...[...this.providers()].flatMap((type) => this.methodsOf(type, false)),
    ];
  }

  private methodsOf(type: ClassRef, inController: boolean): DiscoveredMethod[] {
    return this.scanner.getAllMethodNames(type.prototype).map((name) => {
      const method: object = type.prototype[name];
      const kind = MARKS.find(([key]) => Reflect.getMetadata(key, method) !== undefined)?.[1];
      return { type, name, inController, kind, isRoute: inController && Reflect.getMetadata(ROUTE_PATH, method) !== undefined };
    });
  }
}

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A factory is no class: it has no methods, and most have no prototype. */
function classesOf(wrappers: readonly Wrapper[]): Set<ClassRef> {
  const types = wrappers.map(({ metatype }) => metatype as unknown);
  return new Set(types.filter((type): type is ClassRef => typeof type === 'function' && type.prototype !== undefined));
}
