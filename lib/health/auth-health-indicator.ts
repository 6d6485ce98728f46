import { Inject, Injectable } from '@nestjs/common';
import type { DependencyHealth } from '../outgoing/dependency-health.js';
import { withinTime } from '../outgoing/within-time.js';
import { Authenticators, statsOf } from '../plan/authenticators.js';
import { SHARED_STATE } from '../shared-state/bounded-state.js';
import { SharedStateInUse } from '../shared-state/shared-state-in-use.js';
import type { Authenticator } from '../strategies/strategy.js';

/** The health of what one scheme depends on. */
export interface SchemeHealth {
  /** `jwks`, `introspection`, `ldap`, `shared_state`, or what a strategy of your own calls it. */
  readonly dependency: string;
  /** `down` if callers that are not in a cache get 503; `degraded` if it fails but requests are still answered, or may be again. */
  readonly status: DependencyHealth['status'];
  /** Facts about it: the state of its circuit breaker, of its keys. */
  readonly [detail: string]: string | number;
}

/** The result of a health indicator, in the shape of `@nestjs/terminus`. */
export type AuthHealthResult<Key extends string = string> = Record<
  Key,
  {
    /** `down` if a single dependency is. */
    status: 'up' | 'down';
    /** The health of what each scheme depends on. */
    schemes: Record<string, SchemeHealth>;
  }
>;

/** What is checked. */
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
 * Reports whether the services that schemes depend on answer: inject it into a health controller. A scheme that depends on no service is left out.
 *
 * @example
 * ```ts
 * @Get('ready') @HealthCheck()
 * ready() { return this.health.check([() => this.auth.jwks(), () => this.auth.introspection()]); }
 * ```
 */
@Injectable()
export class AuthHealthIndicator {
  /** @internal Created by Nest: inject it. */
  constructor(
    @Inject(Authenticators) private readonly authenticators: Authenticators,
    @Inject(SharedStateInUse) private readonly shared: SharedStateInUse = new SharedStateInUse(undefined),
  ) {}

  /** The health of key sets: whether there are keys, and whether the last fetch succeeded. */
  jwks<const Key extends string = 'jwks'>(key = 'jwks' as Key, options: AuthHealthOptions = {}): Promise<AuthHealthResult<Key>> {
    return this.check(key, { ...options, dependency: 'jwks' });
  }

  /** The health of introspection endpoints, from the outcomes of requests. */
  introspection<const Key extends string = 'introspection'>(
    key = 'introspection' as Key,
    options: AuthHealthOptions = {},
  ): Promise<AuthHealthResult<Key>> {
    return this.check(key, { ...options, dependency: 'introspection' });
  }

  /** The health of directories: whether they accept connections. No login is tried. */
  ldap<const Key extends string = 'ldap'>(key = 'ldap' as Key, options: AuthHealthOptions = {}): Promise<AuthHealthResult<Key>> {
    return this.check(key, { ...options, dependency: 'ldap' });
  }

  /** The health of the shared state: whether it answers. */
  sharedState<const Key extends string = 'sharedState'>(
    key = 'sharedState' as Key,
    options: AuthHealthOptions = {},
  ): Promise<AuthHealthResult<Key>> {
    return this.check(key, { ...options, dependency: SHARED_STATE });
  }

  /** The health of everything that schemes depend on, and of the shared state, under the name `sharedState`. */
  async check<const Key extends string = 'auth'>(
    key = 'auth' as Key,
    { schemes, dependency, timeout = 5 }: AuthHealthOptions = {},
  ): Promise<AuthHealthResult<Key>> {
    const all: readonly Checked[] = [...(await this.authenticators.all()), ...this.shared.reports];
    const asked = all.filter(({ name, authenticator }) => (schemes?.includes(name) ?? true) && mayBe(dependency, authenticator));
    const answers = await Promise.all(
      asked.map(async ({ name, authenticator }) => ({ name, health: await healthOf(authenticator, timeout) })),
    );
    const found = new Map<string, SchemeHealth>();
    for (const { name, health } of answers) {
      if (!health || (dependency !== undefined && health.dependency !== dependency)) continue;
      found.set(freeName(found, name), { ...health.details, dependency: health.dependency, status: health.status });
    }
    const isDown = [...found.values()].some(({ status }) => status === 'down');
    return { [key]: { status: isDown ? 'down' : 'up', schemes: Object.fromEntries(found) } } as AuthHealthResult<Key>;
  }
}

/** What says how its dependency is doing. */
type Reporting = Pick<Authenticator, 'stats' | 'health'>;

interface Checked {
  readonly name: string;
  readonly authenticator: Reporting;
}

/** Whether a scheme may have that dependency: a directory is not connected to for the health of a key set. */
function mayBe(dependency: string | undefined, authenticator: Reporting): boolean {
  const name = statsOf(authenticator).dependency?.name;
  return dependency === undefined || name === undefined || name === dependency;
}

/** A check that fails or takes too long counts as `down`. */
async function healthOf(authenticator: Reporting, timeout: number): Promise<DependencyHealth | undefined> {
  const dependency = statsOf(authenticator).dependency?.name ?? 'unknown';
  const down = (reason: string): DependencyHealth | undefined => ({ dependency, status: 'down', details: { reason } });
  try {
    const late = () => down('timeout');
    const answer = await withinTime(timeout, async () => authenticator.health?.(), late);
    return answer && { dependency: answer.dependency, status: answer.status, details: { ...answer.details } };
  } catch {
    return down('check_failed');
  }
}

/** Entries that carry their config inline may share a name. */
function freeName(taken: ReadonlyMap<string, unknown>, name: string): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name} ${number}`;
  return free;
}
