import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import type { ApplicationConfig, DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ClassRef } from '../decorators/declaration.js';

/** A route handler of a controller: what a plan belongs to. */
export interface Route {
  readonly controller: ClassRef;
  /** The name of the handler's method. */
  readonly method: string;
  /** The functions that Nest may name as the handler: the prototype's, and the instance's where it replaced that. */
  readonly handlers: readonly unknown[];
  /** The controller and the handler, with the request line: `OrderController.create (POST /order)`. */
  readonly label: string;
}

type Wrapper = ReturnType<DiscoveryService['getControllers']>[number];

// The keys of Nest's own route metadata; Nest 11 and 12 export them from different places.
const PATH = 'path';
const METHOD = 'method';
const VERSION = '__version__';

/** Every route of every controller, those of imported and inherited ones included. */
export function discoverRoutes(discovery: DiscoveryService, scanner: MetadataScanner, config: ApplicationConfig): Route[] {
  return discovery.getControllers().flatMap((wrapper) => routesOf(wrapper, scanner, config));
}

function routesOf({ metatype, instance }: Wrapper, scanner: MetadataScanner, config: ApplicationConfig): Route[] {
  if (typeof metatype !== 'function') return [];
  const controller = metatype as ClassRef;
  return scanner.getAllMethodNames(controller.prototype).flatMap((method) => {
    const handler = controller.prototype[method];
    const path: unknown = Reflect.getMetadata(PATH, handler);
    if (path === undefined) return [];
    const label = `${controller.name}.${method} (${requestLine(controller, handler, path, config)})`;
    return [{ controller, method, handlers: [handler, instance?.[method]], label }];
  });
}

function requestLine(controller: ClassRef, handler: object, path: unknown, config: ApplicationConfig): string {
  const verb = RequestMethod[Reflect.getMetadata(METHOD, handler)] ?? 'ALL';
  const version = Reflect.getMetadata(VERSION, handler) ?? Reflect.getMetadata(VERSION, controller);
  const versioned = typeof version === 'string' && config.getVersioning() !== undefined ? [`v${version}`] : [];
  const parts = [config.getGlobalPrefix(), ...versioned, first(Reflect.getMetadata(PATH, controller)), first(path)];
  return `${verb} /${parts.map(trimSlashes).filter(Boolean).join('/')}`;
}

function first(path: unknown): string {
  return String((Array.isArray(path) ? path[0] : path) ?? '');
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
