import { HttpException, Inject, Injectable } from '@nestjs/common';
import type { Mount } from '../../access-control/protected-mounts.js';
import { type Awaitable, whenSettled } from '../../awaitable.js';
import { principalIn } from '../../guard/anonymous-caller.js';
import type { Target } from '../../guard/called.js';
import { type Admission, Door } from '../../guard/door.js';
import { isRefusal, type RefusalException } from '../../guard/exceptions.js';
import { normalizedPath } from '../../http/request-path.js';
import { canonicalPath } from '../../http/route-pattern.js';
import { routePattern, wireRequest } from '../../http/wire-request.js';
import type { Plan } from '../../plan/plan.js';
import { PlanRegistry } from '../../plan/plan.registry.js';
import { HttpTransport } from './http.transport.js';
import type { HttpRequest } from './principal-keeper.js';
import { RefusalFilter } from './refusal.filter.js';

/** A middleware of Express, and at the same time an `onRequest` hook of Fastify. */
export type Protection = (this: unknown, request: object, response: object, next: (error?: Error) => void) => void;

/** `go on` where the request is admitted or is not for this mount; else the refusal. */
type Outcome = 'go on' | RefusalException;

/** @internal Guards paths that Nest does not route. */
@Injectable()
export class MountGuard {
  constructor(
    @Inject(Door) private readonly door: Door,
    @Inject(PlanRegistry) private readonly registry: PlanRegistry,
    @Inject(HttpTransport) private readonly http: HttpTransport,
    @Inject(RefusalFilter) private readonly refusals: RefusalFilter,
  ) {}

  /** The function that guards a mount. */
  protect(mount: Mount): Protection {
    const called: Target = { label: `protect(${mount.at || '/'})`, transport: 'http', methods: 'all' };
    const enter = (request: object, prefix: string | undefined) => this.enter(mount, called, request, prefix);
    const answer = (outcome: Outcome, request: object, response: object, next: () => void) => {
      if (outcome !== 'go on') return this.refusals.answer(outcome, response);
      this.http.announce(request, response);
      return next();
    };
    const fail = (error: unknown, response: object, next: (answer: HttpException) => void) => {
      const exception = this.door.refusals.ofError(called, error);
      return isRefusal(exception) ? this.refusals.answer(exception, response) : next(exception);
    };
    // Fastify counts the parameters, and binds its hooks to the plugin.
    return function protection(request, response, next) {
      new Promise<Outcome>((decide) => decide(enter(request, prefixOf(this))))
        .then(
          (outcome) => answer(outcome, request, response, next),
          (error) => fail(error, response, next),
        )
        .catch(next);
    };
  }

  private enter(mount: Mount, called: Target, request: object, prefix: string | undefined): Awaitable<Outcome> {
    const { target, base = prefix } = targetOf(request);
    const normalized = normalizedPath(target);
    // Fastify has chosen the route already: a middleware changes the URL too late.
    const whole = normalized && canonicalPath(normalized, routePattern(request));
    if (whole === undefined) return this.door.refusals.ofPath(called);
    const path = mount.canonical(whole);
    // A hook of the whole application gets other paths, too. One that is mounted somewhere else would guard nothing.
    if (path === undefined) return isWithin(mount.at, base) ? 'go on' : this.door.refusals.ofEveryCaller(called, 'mounted_elsewhere');
    const plan = this.planFor(mount, request, path);
    if (plan === 'ambiguous') return this.door.refusals.ofPath(called);
    if (plan === undefined) return this.door.refusals.beforeBoot(called);
    return whenSettled(this.door.follow(plan, wireRequest(request), undefined, called), (outcome) => this.keep(request, outcome));
  }

  private keep(request: object, outcome: Admission | true): Outcome {
    if (outcome instanceof HttpException) return outcome;
    if (outcome !== true) this.http.principals.keep(request as HttpRequest, principalIn(outcome));
    return 'go on';
  }

  private planFor({ plan }: Mount, request: object, path: string): Plan | 'ambiguous' | undefined {
    if (plan?.kind !== 'by-path') return plan;
    const { paths } = this.registry;
    const method = routedMethod(request);
    // A mounted router may ignore the case of letters, so that no rule can decide by it.
    if (routePattern(request) === undefined && paths?.dependsOnCase(method, path)) return 'ambiguous';
    return paths?.planFor(method, path);
  }
}

/** The method that the router used. */
function routedMethod(request: object): string {
  const { method = '' } = wireRequest(request);
  const { routeOptions } = request as { readonly routeOptions?: { readonly method?: string | readonly string[] } };
  const routed = [routeOptions?.method ?? []].flat();
  return routed.includes(method) ? method : (routed[0] ?? method);
}

/** The whole target of a request: Express removes the path at which a middleware is mounted, and so does middie in Fastify. */
function targetOf(request: object): { readonly target: string; readonly base?: string } {
  const { baseUrl, originalUrl, raw, url = '' } = request as Readonly<Record<string, string | undefined>> & { readonly raw?: object };
  if (typeof raw === 'object') return { target: wireRequest(request).url ?? '' };
  if (baseUrl !== undefined) return { target: baseUrl + url, base: baseUrl };
  if (originalUrl === undefined || originalUrl === url) return { target: url };
  return { target: originalUrl, base: originalUrl.slice(0, originalUrl.length - url.length) };
}

/** The prefix of the Fastify plugin that a hook belongs to. */
function prefixOf(plugin: unknown): string | undefined {
  const { prefix } = Object(plugin) as { readonly prefix?: unknown };
  return typeof prefix === 'string' ? prefix : undefined;
}

function isWithin(at: string, base = ''): boolean {
  return `${at}/`.toLowerCase().startsWith(`${base.replace(/\/$/, '')}/`.toLowerCase());
}
