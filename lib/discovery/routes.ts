import 'reflect-metadata';
import { Inject, Injectable, RequestMethod } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
import type { ClassRef } from '../decorators/declaration.js';
import { markHandler, originalOf } from './handler-mark.js';

/** One of the places where a route is served. */
export interface RoutePlace {
  readonly path: string;
  /** The version; missing where every version leads there. */
  readonly version?: string;
  /** The host, or the regular expression for it; missing where every host leads there. */
  readonly host?: string;
}

/** A route handler of a controller: what a plan belongs to. */
export interface Route {
  readonly controller: ClassRef;
  /** The name of the handler's method. */
  readonly handlerName: string;
  /** The functions that Nest may name as the handler: the prototype's, the instance's where it replaced that, and what these wrap. */
  readonly handlers: readonly unknown[];
  /** The request method: `GET`, …, or `ALL`. */
  readonly method: string;
  /** The paths under which the router serves it, with the global prefix and the version in the URI. */
  readonly paths: readonly string[];
  /** The same paths, each with the version and the host that lead to it beside the path. */
  readonly places?: readonly RoutePlace[];
  /** The controller and the handler, with the request line: `OrderController.create (POST /order)`. */
  readonly label: string;
}

type PathMetadata = Parameters<RoutePathFactory['create']>[0];
type Wrapper = ReturnType<DiscoveryService['getControllers']>[number];

// The keys of Nest's own route metadata; Nest 11 and 12 export them from different places.
const PATH = 'path';
const METHOD = 'method';
const VERSION = '__version__';
const HOST = 'host';
const MODULE_PATH = '__module_path__';

/** Finds the routes of the application. */
@Injectable()
export class RouteCatalog {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  /** Marks every handler, so that wrappers are recognized: to be called before Nest builds the routes. */
  markHandlers(): void {
    for (const { metatype } of this.discovery.getControllers()) {
      const prototype = (metatype as ClassRef | null)?.prototype;
      for (const name of this.scanner.getAllMethodNames(prototype)) markHandler(prototype[name]);
    }
  }

  /** Every route of every controller, inherited ones included. */
  routes(): Route[] {
    return this.discovery.getControllers().flatMap((wrapper) => this.routesOf(wrapper));
  }

  private routesOf(wrapper: Wrapper): Route[] {
    const { metatype, instance } = wrapper;
    if (typeof metatype !== 'function') return [];
    const controller = metatype as ClassRef;
    return this.scanner.getAllMethodNames(controller.prototype).flatMap((handlerName) => {
      const handler = controller.prototype[handlerName];
      if (Reflect.getMetadata(PATH, handler) === undefined) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD, handler)] ?? 'ALL';
      const places = this.placesOf(wrapper, controller, handler);
      const paths = [...new Set(places.map(({ path }) => path))];
      const label = `${controller.name}.${handlerName} (${method} ${paths[0] ?? ''})`;
      const handlers = withOriginals([handler, instance?.[handlerName] ?? handler]);
      return [{ controller, handlerName, handlers, method, paths, places, label }];
    });
  }

  /** The paths, built by the router's own factory, for each version by itself. */
  private placesOf({ host }: Wrapper, controller: ClassRef, handler: object): RoutePlace[] {
    const factory = new RoutePathFactory(this.config);
    const metadata = { modulePath: this.modulePathOf(host?.metatype), globalPrefix: this.config.getGlobalPrefix() };
    const method: RequestMethod = Reflect.getMetadata(METHOD, handler);
    const hosts = hostsOf(Reflect.getMetadata(HOST, controller));
    return this.versionsOf(controller, handler).flatMap(({ version, ...versioning }) =>
      listOf(Reflect.getMetadata(PATH, controller)).flatMap((ctrlPath) =>
        listOf(Reflect.getMetadata(PATH, handler)).flatMap((methodPath) =>
          factory
            .create({ ...metadata, ...versioning, ctrlPath, methodPath }, method)
            .flatMap((path) => hosts.map((each) => ({ path, ...version, ...each }))),
        ),
      ),
    );
  }

  private modulePathOf(type: object | undefined): string {
    if (type === undefined) return '';
    return Reflect.getMetadata(MODULE_PATH + this.modules.applicationId, type) ?? Reflect.getMetadata(MODULE_PATH, type) ?? '';
  }

  /** What the factory needs to know of each version, and how a reader calls it. */
  private versionsOf(
    controller: ClassRef,
    handler: object,
  ): (Partial<PathMetadata> & { readonly version?: { readonly version: string } })[] {
    const versioningOptions = this.config.getVersioning();
    if (versioningOptions === undefined) return [{}];
    const declared = Reflect.getMetadata(VERSION, handler) ?? Reflect.getMetadata(VERSION, controller) ?? versioningOptions.defaultVersion;
    const versions: unknown[] = Array.isArray(declared) ? declared : [declared];
    return versions.map((methodVersion) => ({
      versioningOptions,
      methodVersion: methodVersion as NonNullable<PathMetadata['methodVersion']>,
      ...(typeof methodVersion === 'string' && { version: { version: methodVersion } }),
    }));
  }
}

/** What is replaced after Nest has built the routes is not what the routes call. */
function withOriginals(handlers: readonly unknown[]): unknown[] {
  const originals = handlers.map(originalOf).filter((original) => original !== undefined);
  return [...new Set([...handlers, ...originals])];
}

/** Each host of a controller; one without a name stands for every host. */
function hostsOf(declared: unknown): { readonly host?: string }[] {
  const hosts = [declared].flat().filter((host) => host !== undefined && host !== '');
  return hosts.length === 0 ? [{}] : hosts.map((host) => ({ host: String(host) }));
}

function listOf(path: unknown): string[] {
  return (Array.isArray(path) ? path : [path]).map((each) => withLeadingSlash(String(each ?? '')));
}

function withLeadingSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
