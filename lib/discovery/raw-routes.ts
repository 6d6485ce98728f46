import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Route } from './handler-catalog.js';

type Adapter = NonNullable<HttpAdapterHost['httpAdapter']>;

/** What was registered on the framework itself, where no guard of Nest runs. */
export interface RawRoute {
  /** The request's method, or `ALL`. */
  readonly method: string;
  /** The pattern, as the framework writes it. */
  readonly path: string;
}

/** A route with more methods than this is one for all methods. */
const SOME = 6;

/** Sees the routes that are registered on Express or Fastify itself. It is made before the application can register one. */
@Injectable()
export class RawRoutes {
  /** The routes that Fastify had before, as it prints them: it has no other list. */
  early: string | undefined;
  private readonly ofFastify: RawRoute[] = [];
  /** The paths of GET, by their function. */
  private readonly gets = new Map<object, Set<string>>();
  private readonly ofNest = new WeakSet<object>();
  private watched: unknown;
  private readonly reported = new Set<string>();

  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {
    this.watch();
    // In tests the adapter comes after the modules were made.
    if (this.watched === undefined) host.init$.subscribe(() => this.watch());
  }

  /**
   * Every raw route so far: what is registered, but for what Nest registers for `routes`. A middleware may answer, too; of those, only
   * mounted routers, applications and static files are known.
   */
  list(routes: readonly Route[]): RawRoute[] {
    this.watch();
    const expected = new Map<string, number>();
    const count = (key: string) => expected.get(key) ?? 0;
    for (const { method, paths } of routes)
      for (const path of paths) {
        const key = keyOf({ method, path });
        expected.set(key, count(key) + 1);
      }
    return this.registered().filter((route) => {
      const key = keyOf(route);
      expected.set(key, count(key) - 1);
      return count(key) < 0 && !isPreflight(route);
    });
  }

  /** Leaves out a route that this module registers itself, by its handler. */
  expect(handler: object): void {
    this.ofNest.add(handler);
  }

  /** Of `names`, those that were not reported before. */
  news(names: readonly string[]): string[] {
    const news = [...new Set(names)].filter((name) => !this.reported.has(name));
    for (const name of news) this.reported.add(name);
    return news;
  }

  /** Calls `look` once more when Fastify has loaded its plugins, which may be after the boot. */
  async onReady(look: () => Promise<void>): Promise<void> {
    if (this.host.httpAdapter?.getType() !== 'fastify') return;
    const fastify = this.host.httpAdapter.getInstance<FastifyApp>();
    try {
      fastify.addHook('onReady', () => look());
    } catch {
      // It takes no hook any more, because it is ready: every plugin is loaded.
      await look();
    }
  }

  private watch(): void {
    const { httpAdapter } = this.host;
    // A standalone application has none, and Nest represents that by null.
    if (!httpAdapter || this.watched === httpAdapter) return;
    const isFirst = this.watched === undefined;
    this.watched = httpAdapter;
    if (httpAdapter.getType() === 'fastify') this.watchFastify(httpAdapter.getInstance(), isFirst);
    else if (httpAdapter.getType() === 'express') this.watchNest(httpAdapter);
  }

  private watchFastify(fastify: FastifyApp, isFirst: boolean): void {
    const early = isFirst ? fastify.printRoutes({ commonPrefix: false }) : '';
    if (early.includes('── ')) this.early = early.trimEnd();
    fastify.addHook('onRoute', ({ method, url, handler }: FastifyRoute) => {
      if (this.ofNest.has(handler)) return;
      const methods = [method].flat();
      // Fastify adds HEAD to GET by itself, with the same path and function.
      const paths = this.gets.get(handler) ?? new Set();
      if (method === 'HEAD' && paths.has(url)) return;
      if (methods.includes('GET')) this.gets.set(handler, paths.add(url));
      this.ofFastify.push(...named(methods).map((each) => ({ method: each, path: url })));
    });
  }

  /** What a module's `configure()` applies, and the answer where nothing is found, are registered like routes. */
  private watchNest(adapter: Adapter): void {
    const createFactory = adapter.createMiddlewareFactory.bind(adapter);
    adapter.createMiddlewareFactory = async (method) => {
      const register = await createFactory(method);
      return (path, callback) => {
        this.ofNest.add(callback);
        return register(path, callback);
      };
    };
    const setNotFoundHandler = adapter.setNotFoundHandler.bind(adapter);
    adapter.setNotFoundHandler = (...given: Parameters<typeof setNotFoundHandler>) => {
      this.ofNest.add(given[0]);
      return setNotFoundHandler(...given);
    };
  }

  private registered(): readonly RawRoute[] {
    const { httpAdapter } = this.host;
    if (httpAdapter?.getType() !== 'express') return this.ofFastify;
    const { router } = httpAdapter.getInstance<{ readonly router?: ExpressRouter }>();
    return (router?.stack ?? []).flatMap((layer) => this.routesOf(layer, ''));
  }

  private routesOf({ route, handle, name, rawPath }: ExpressLayer, base: string): RawRoute[] {
    if (route !== undefined) {
      if (route.stack.every((each) => this.ofNest.has(each.handle))) return [];
      return pathsBelow(base, route.path).flatMap((path) => named(Object.keys(route.methods)).map((method) => ({ method, path })));
    }
    const mounts = pathsBelow(base, rawPath ?? '/(unknown path)');
    const { stack } = handle;
    if (stack !== undefined) return mounts.flatMap((at) => stack.flatMap((each) => this.routesOf(each, at)));
    return ANSWERING.includes(name) ? mounts.map((at) => ({ method: 'ALL', path: `${at === '/' ? '' : at}/*` })) : [];
  }
}

/** How Express names the functions of mounted applications and of static files: what is in them cannot be listed. */
const ANSWERING: readonly string[] = ['mounted_app', 'serveStatic'];

interface ExpressRouter {
  readonly stack?: readonly ExpressLayer[];
}

interface ExpressLayer {
  readonly name: string;
  readonly handle: ExpressRouter & object;
  /** Since version 2.3 of `router`. */
  readonly rawPath?: unknown;
  readonly route?: { readonly path: unknown; readonly methods: object; readonly stack: readonly ExpressLayer[] };
}

interface FastifyRoute {
  readonly method: string | readonly string[];
  readonly url: string;
  readonly handler: object;
}

interface FastifyApp {
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): void;
  addHook(name: 'onReady', hook: () => Promise<void>): void;
  printRoutes(options: { readonly commonPrefix: boolean }): string;
}

function named(methods: readonly string[]): string[] {
  return methods.length > SOME || methods.includes('_all') ? ['ALL'] : methods.map((method) => method.toUpperCase());
}

function pathsBelow(base: string, path: unknown): string[] {
  return [path].flat(Number.POSITIVE_INFINITY).map((each) => {
    const below = String(each);
    if (below === '/') return base || '/';
    return `${base === '/' ? '' : base}${/^[/{]/.test(below) ? '' : '/'}${below}`;
  });
}

/** Each framework writes its wildcards in its own way, and Nest translates them. */
function keyOf({ method, path }: RawRoute): string {
  return `${method} ${path.replaceAll(/\{?\*[^/{}]*\}?/g, '*').replaceAll(/\(\.\*\)/g, '*')}`;
}

/** What plugins for CORS register. */
function isPreflight({ method, path }: RawRoute): boolean {
  return method === 'OPTIONS' && /^\/?\{?\*/.test(path);
}
