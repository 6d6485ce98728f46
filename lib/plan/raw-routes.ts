import type { HttpAdapterHost } from '@nestjs/core';
import type { Route } from './routes.js';

type Adapter = NonNullable<HttpAdapterHost['httpAdapter']>;
type RawRoute = readonly [method: string, path: string];

/**
 * The routes that were registered on the framework itself, which Nest and its guards know nothing of: `GET /metrics`. As far as the
 * framework tells: a middleware may answer, too, and what is registered later is not seen.
 */
export function findRawRoutes(adapter: Adapter | undefined, routes: readonly Route[]): string[] {
  const known = new Set(routes.flatMap(({ method, paths }) => paths.map((path) => `${method} ${comparable(path)}`)));
  const isKnown = ([method, path]: RawRoute) =>
    [method, 'ALL', ...(method === 'HEAD' ? ['GET'] : [])].some((each) => known.has(`${each} ${comparable(path)}`));
  const raw = listRoutes(adapter).filter((route) => !isKnown(route));
  // HEAD comes with GET, without being asked for.
  const names = raw.filter(([method, path]) => method !== 'HEAD' || !raw.some(([other, at]) => other === 'GET' && at === path));
  return names.map(([method, path]) => `${method} ${path}`);
}

/** Each framework writes its wildcards in its own way, and Nest translates them. */
function comparable(path: string): string {
  return path.replaceAll(/\{?\*[^/{}]*\}?/g, '*').replaceAll(/\(\.\*\)/g, '*');
}

/** A report is no reason to stop: another framework, or another version, just tells nothing. */
function listRoutes(adapter: Adapter | undefined): RawRoute[] {
  try {
    if (adapter?.getType() === 'express') return expressRoutes(adapter.getInstance());
    return adapter?.getType() === 'fastify' ? fastifyRoutes(adapter.getInstance()) : [];
  } catch {
    return [];
  }
}

interface ExpressApp {
  readonly router?: { readonly stack: readonly { readonly route?: { readonly path: unknown; readonly methods: object } }[] };
}

/** More methods than anybody lists: a route for all methods. Most are Nest's own middleware, which cannot be told from a handler. */
const SOME = 10;

function expressRoutes({ router }: ExpressApp): RawRoute[] {
  return (router?.stack ?? []).flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {});
    return methods.length > SOME ? [] : methods.map((method) => [method.toUpperCase(), String(route?.path)] as const);
  });
}

/** A line of the tree that Fastify prints: the depth, a part of the path, the methods that end there. */
const LINE = /^(?<indent>(?:[│ ] {3})*)[├└]── (?<part>\S*)(?: \((?<methods>[^)]*)\))?/u;

function fastifyRoutes(app: { printRoutes(): string }): RawRoute[] {
  const parts: string[] = [];
  return app
    .printRoutes()
    .split('\n')
    .flatMap((line): RawRoute[] => {
      const { indent = '', part = '', methods } = LINE.exec(line)?.groups ?? {};
      parts.splice(indent.length / 4, parts.length, part);
      const path = parts.join('');
      return methods === undefined || path === '*' ? [] : methods.split(', ').map((method) => [method, path] as const);
    });
}
