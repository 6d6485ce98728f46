import { Inject, Injectable } from '@nestjs/common';
import type { DependencyHealth } from '../outgoing/dependency-health.js';
import { withinTime } from '../outgoing/within-time.js';
import { Authenticators, statsOf } from '../plan/authenticators.js';
import type { Authenticator } from '../strategies/strategy.js';

/** What the dependency of one scheme is like. */
export interface SchemeHealth {
  /** `jwks`, `introspection`, `ldap`, or what a strategy of your own calls it. */
  readonly dependency: string;
  /** `down` if whoever is not known already gets 503; `degraded` if it fails but requests are still answered, or may be again. */
  readonly status: DependencyHealth['status'];
  /** Facts about it: the state of its circuit breaker, of its keys. */
  readonly [detail: string]: string | number;
}

/** What a health indicator says, in the shape of `@nestjs/terminus`. */
export type AuthHealthResult<Key extends string = string> = Record<
  Key,
  {
    /** `down` if a single dependency is. */
    status: 'up' | 'down';
    /** How the dependency of each scheme is doing. */
    schemes: Record<string, SchemeHealth>;
  }
>;

/** What is asked about. */
export interface AuthHealthOptions {
  /** Only the schemes of these names; all by default. */
  readonly schemes?: readonly string[];
  /** Only dependencies of this kind: `jwks`, `introspection`, `ldap`; all by default. */
  readonly dependency?: string;
  /**
   * Seconds to wait for each; what takes longer is `down`.
   * @defaultValue 5
   */
  readonly timeout?: number;
}

/**
 * Says whether the services that schemes depend on answer: inject it into a health controller. Where nothing is there to be asked
 * about, nothing can be down.
 *
 * @example
 * ```ts
 * @Get('ready') @HealthCheck()
 * ready() { return this.health.check([() => this.auth.jwks(), () => this.auth.introspection()]); }
 * ```
 */
@Injectable()
export class AuthHealthIndicator {
  /** @internal Nest makes it: inject it. */
  constructor(@Inject(Authenticators) private readonly authenticators: Authenticators) {}

  /** How key sets are doing: whether there are keys, and whether they could be renewed. */
  jwks<const Key extends string = 'jwks'>(key = 'jwks' as Key, options: AuthHealthOptions = {}): Promise<AuthHealthResult<Key>> {
    return this.check(key, { ...options, dependency: 'jwks' });
  }

  /** How introspection endpoints are doing, as requests found them. */
  introspection<const Key extends string = 'introspection'>(
    key = 'introspection' as Key,
    options: AuthHealthOptions = {},
  ): Promise<AuthHealthResult<Key>> {
    return this.check(key, { ...options, dependency: 'introspection' });
  }

  /** How directories are doing: whether they can be connected to. Nobody logs in for it. */
  ldap<const Key extends string = 'ldap'>(key = 'ldap' as Key, options: AuthHealthOptions = {}): Promise<AuthHealthResult<Key>> {
    return this.check(key, { ...options, dependency: 'ldap' });
  }

  /** How everything is doing that schemes depend on. */
  async check<const Key extends string = 'auth'>(
    key = 'auth' as Key,
    { schemes, dependency, timeout = 5 }: AuthHealthOptions = {},
  ): Promise<AuthHealthResult<Key>> {
    const all = await this.authenticators.all();
    const asked = all.filter(({ name, authenticator }) => (schemes?.includes(name) ?? true) && mayBe(dependency, authenticator));
    const answers = await Promise.all(asked.map(async ({ name, authenticator }) => ({ name, health: await ask(authenticator, timeout) })));
    const found = new Map<string, SchemeHealth>();
    for (const { name, health } of answers) {
      if (!health || (dependency !== undefined && health.dependency !== dependency)) continue;
      found.set(freeName(found, name), { ...health.details, dependency: health.dependency, status: health.status });
    }
    const isDown = [...found.values()].some(({ status }) => status === 'down');
    return { [key]: { status: isDown ? 'down' : 'up', schemes: Object.fromEntries(found) } } as AuthHealthResult<Key>;
  }
}

/** Nobody has to connect to a directory to learn how a key set is doing. */
function mayBe(dependency: string | undefined, authenticator: Authenticator): boolean {
  const name = statsOf(authenticator).dependency?.name;
  return dependency === undefined || name === undefined || name === dependency;
}

/** A check that fails, or takes too long, tells as much as one that says `down`. */
async function ask(authenticator: Authenticator, timeout: number): Promise<DependencyHealth | undefined> {
  const dependency = statsOf(authenticator).dependency?.name ?? 'unknown';
  try {
    const answer = await withinTime(timeout, async () => authenticator.health?.());
    if (answer === 'late') return { dependency, status: 'down', details: { reason: 'timeout' } };
    return answer && { dependency: answer.dependency, status: answer.status, details: { ...answer.details } };
  } catch {
    return { dependency, status: 'down', details: { reason: 'check_failed' } };
  }
}

/** Entries that carry their config inline may share a name. */
function freeName(taken: ReadonlyMap<string, unknown>, name: string): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name} ${number}`;
  return free;
}
