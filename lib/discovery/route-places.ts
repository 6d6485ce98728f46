import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
import type { ClassRef } from '../decorators/declaration.js';

/** One of the places where a route is served. */
export interface RoutePlace {
  readonly path: string;
  /** The version; missing where every version leads there. */
  readonly version?: string;
  /** The host, or the regular expression for it; missing where every host leads there. */
  readonly host?: string;
}

/** Where a route is served. */
export interface Places {
  /** The request method: `GET`, …, or `ALL`. */
  readonly method: string;
  /** The paths that Nest registers, with the global prefix and the version in the URI: one of them again for each module that has the controller. */
  readonly paths: readonly string[];
  /** The different places, each with the version and the host that lead to it beside the path. */
  readonly places: readonly RoutePlace[];
}

/** What stands for the places of a route while they are not known. */
export const NOWHERE: Places = { method: '', paths: [], places: [] };

/** A method that is a route, and the modules that list its controller. */
interface RouteMethod {
  readonly type: ClassRef;
  readonly method: object;
  readonly modules: readonly (object | undefined)[];
}

type PathMetadata = Parameters<RoutePathFactory['create']>[0];

// The keys of Nest's own route metadata; Nest 11 and 12 export them from different places.
const PATH = 'path';
const METHOD = 'method';
const VERSION = '__version__';
const HOST = 'host';
const MODULE_PATH = '__module_path__';

/** Says where a route is served. */
export type PlacesOf = (route: RouteMethod) => Places;

/** What is the same for the routes of a controller: it is read once, and there may be a thousand routes. */
interface Controller {
  readonly paths: readonly string[];
  readonly hosts: readonly (string | undefined)[];
}

/** Finds where routes are served, by the factory of Nest's router. Nothing of it may change while it is used. */
export function placesFinder(config: ApplicationConfig, { applicationId }: ModulesContainer): PlacesOf {
  const factory = new RoutePathFactory(config);
  const globalPrefix = config.getGlobalPrefix();
  const controllers = new Map<ClassRef, Controller>();
  const controllerOf = (type: ClassRef): Controller => {
    const known = controllers.get(type);
    if (known !== undefined) return known;
    const fresh = { paths: listOf(Reflect.getMetadata(PATH, type)), hosts: hostsOf(Reflect.getMetadata(HOST, type)) };
    controllers.set(type, fresh);
    return fresh;
  };
  /** The places for one path of a module, for each version by itself. */
  const placesBelow = (modulePath: string, type: ClassRef, handler: object, method: RequestMethod): RoutePlace[] => {
    const { paths: ctrlPaths, hosts } = controllerOf(type);
    const methodPaths = listOf(Reflect.getMetadata(PATH, handler));
    const ways = ctrlPaths.flatMap((ctrlPath) => methodPaths.map((methodPath) => ({ modulePath, globalPrefix, ctrlPath, methodPath })));
    return versionsOf(type, handler, config).flatMap((versioned) =>
      ways.flatMap((way) =>
        factory
          .create(versioned === undefined ? way : { ...way, ...versioned.metadata }, method)
          .flatMap((path) => hosts.map((host) => placeOf(path, versioned?.version, host))),
      ),
    );
  };
  return ({ type, method: handler, modules }) => {
    const method: RequestMethod = Reflect.getMetadata(METHOD, handler);
    const placed = modules.map((module) => placesBelow(modulePathOf(module, applicationId), type, handler, method));
    return { method: RequestMethod[method] ?? 'ALL', paths: placed.flatMap(pathsOf), places: distinct(placed) };
  };
}

function pathsOf(places: readonly RoutePlace[]): readonly string[] {
  const paths = places.map(({ path }) => path);
  return paths.length < 2 ? paths : [...new Set(paths)];
}

function distinct(placed: readonly (readonly RoutePlace[])[]): readonly RoutePlace[] {
  const [first = [], ...others] = placed;
  if (others.length === 0 && first.length < 2) return first;
  return [...new Map(placed.flat().map((place) => [JSON.stringify([place.path, place.version, place.host]), place])).values()];
}

function placeOf(path: string, version: string | undefined, host: string | undefined): RoutePlace {
  if (version === undefined && host === undefined) return { path };
  return { path, ...(version !== undefined && { version }), ...(host !== undefined && { host }) };
}

function modulePathOf(module: object | undefined, applicationId: string): string {
  if (module === undefined) return '';
  return Reflect.getMetadata(MODULE_PATH + applicationId, module) ?? Reflect.getMetadata(MODULE_PATH, module) ?? '';
}

/** A version: what the factory needs to know of it, and how a reader calls it. */
interface Versioned {
  readonly metadata: Partial<PathMetadata>;
  readonly version: string | undefined;
}

/** Undefined where there are no versions. */
function versionsOf(controller: ClassRef, handler: object, config: ApplicationConfig): (Versioned | undefined)[] {
  const versioningOptions = config.getVersioning();
  if (versioningOptions === undefined) return [undefined];
  const declared = Reflect.getMetadata(VERSION, handler) ?? Reflect.getMetadata(VERSION, controller) ?? versioningOptions.defaultVersion;
  const versions: unknown[] = Array.isArray(declared) ? declared : [declared];
  return versions.map((version) => ({
    metadata: { versioningOptions, methodVersion: version as NonNullable<PathMetadata['methodVersion']> },
    version: typeof version === 'string' ? version : undefined,
  }));
}

/** Each host of a controller; undefined stands for every host. */
function hostsOf(declared: unknown): (string | undefined)[] {
  const hosts = [declared].flat().filter((host) => host !== undefined && host !== '');
  return hosts.length === 0 ? [undefined] : hosts.map(String);
}

function listOf(path: unknown): string[] {
  return typeof path === 'string' ? [withLeadingSlash(path)] : [path].flat().map((each) => withLeadingSlash(String(each ?? '')));
}

function withLeadingSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
