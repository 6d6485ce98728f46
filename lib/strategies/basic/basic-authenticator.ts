import type { AuthRequest } from '../../http/auth-request.js';
import { readCredentials } from '../../http/authorization.js';
import { type AddressOf, clientAddress } from '../../http/client-address.js';
import type { CacheConfig } from '../../memory/cache-config.js';
import type { DependencyHealth } from '../../outgoing/dependency-health.js';
import { SingleFlight } from '../../outgoing/single-flight.js';
import { createPrincipal } from '../../principal.js';
import {
  ABSENT,
  type Accepted,
  type Authenticator,
  type AuthenticatorStats,
  accepted,
  type Mechanism,
  type Rejected,
  rejected,
  type StrategyHost,
  type Verdict,
} from '../strategy.js';
import type { FailedLoginsConfig } from './failed-logins.config.js';
import { DEFAULT_LIMITS } from './failed-logins.schema.js';
import { FamiliarAddresses } from './familiar-addresses.js';
import { LoginCache } from './login-cache.js';
import { type Attempter, FailedLoginLimiter, type LoginLimiter, NO_LIMIT } from './login-limiter.js';
import { foldedName } from './user-name.js';
import { parseUserPass, type UserPass } from './user-pass.js';
import type { KnownUser, Refusal, UserStore } from './user-store.js';

/** What {@link createBasicAuthenticator} needs. */
export interface BasicAuthenticatorOptions {
  /** The scheme's name: `Principal.scheme`. */
  readonly name: string;
  /** Where the users are. */
  readonly store: UserStore;
  /** What the application offers. */
  readonly host: StrategyHost;
  /** How many verified logins are cached, and for how long: 1000 for 300 seconds by default; `false` disables the cache. */
  readonly cacheConfig?: CacheConfig | false | undefined;
  /** How many failed logins are answered before a caller must wait; `false` sets no limit. */
  readonly failedLogins?: FailedLoginsConfig | false | undefined;
}

/** How Basic credentials are challenged. @see RFC 7617 §2 */
export const BASIC_MECHANISM: Mechanism = { challenges: [{ scheme: 'Basic', params: { charset: 'UTF-8' } }] };

const MALFORMED = rejected('malformed_credentials');
/** The reasons in the log; the caller sees no difference. */
const REFUSED: Readonly<Record<Refusal, Rejected>> = {
  refused: rejected('bad_credentials'),
  account_locked: rejected('account_locked'),
  account_disabled: rejected('account_disabled'),
  account_expired: rejected('account_expired'),
  password_expired: rejected('password_expired'),
  password_must_change: rejected('password_must_change'),
};

/**
 * Makes the authenticator of a Basic scheme: it reads the header, limits failed logins and remembers verified ones, for any store.
 *
 * @throws AuthConfigurationError if addresses are to be read from a header that no trusted proxy writes.
 * @see RFC 7617
 */
export function createBasicAuthenticator(options: BasicAuthenticatorOptions): Authenticator {
  return new BasicAuthenticator(options);
}

class BasicAuthenticator implements Authenticator {
  readonly challenges = BASIC_MECHANISM.challenges;
  private readonly scheme: string;
  private readonly store: UserStore;
  private readonly cache: LoginCache;
  private readonly familiar: FamiliarAddresses;
  private readonly limiter: LoginLimiter;
  private readonly addressOf: AddressOf;
  /** Concurrent checks of the same credentials from the same address share one login. */
  private readonly flights = new SingleFlight<Verdict>();

  constructor({ name, store, host, cacheConfig, failedLogins = {} }: BasicAuthenticatorOptions) {
    const limits = { ...DEFAULT_LIMITS, ...failedLogins };
    this.scheme = name;
    this.store = store;
    this.cache = new LoginCache(cacheConfig);
    this.familiar = new FamiliarAddresses(limits);
    this.limiter = failedLogins === false ? NO_LIMIT : new FailedLoginLimiter(name, limits, this.familiar, undefined, host.sharedState);
    this.addressOf = clientAddress({
      scheme: name,
      trustedProxies: host.trustedProxies,
      addressFrom: limits.addressFrom,
      warn: failedLogins === false ? () => undefined : (message) => host.warn(message),
    });
  }

  authenticate(request: AuthRequest): Verdict | Promise<Verdict> {
    const credentials = readCredentials(request, 'basic');
    if (credentials.kind === 'absent') return ABSENT;
    if (credentials.kind === 'malformed') return rejected(credentials.reason);
    const key = this.cache.keyOf(credentials.value);
    const address = this.addressOf(request);
    return this.recall(key, address) ?? this.verify(key, credentials.value, address);
  }

  stats(): AuthenticatorStats {
    const { calls: dependency } = this.store;
    const { lookups: cache } = this.cache;
    return { ...(cache && { cache }), ...(dependency && { dependency }) };
  }

  health(): Promise<DependencyHealth> | undefined {
    return this.store.health?.();
  }

  async close(): Promise<void> {
    this.cache.clear();
    this.familiar.clear();
    this.limiter.close();
    await this.store.close?.();
  }

  /** The cached verdict for these credentials, at an address where they were verified; from other addresses they are verified again. */
  private recall(key: string, address: string | undefined): Verdict | undefined {
    const login = this.cache.get(key, address);
    if (login === undefined) return undefined;
    if (this.store.isCurrent?.(login.user) !== false) return login.verdict;
    this.cache.delete(key);
    return undefined;
  }

  private verify(key: string, credentials: string, address: string | undefined): Verdict | Promise<Verdict> {
    const userPass = parseUserPass(credentials);
    if (userPass === undefined) return MALFORMED;
    return this.flights.run(`${key} ${address}`, () => this.check(key, userPass, address));
  }

  private async check(key: string, { username, password }: UserPass, address: string | undefined): Promise<Verdict> {
    const name = foldedName(username);
    this.familiar.doubt(name, address);
    const user = await this.ask({ username, address }, password);
    if ('outcome' in user) return user;
    const verdict = this.accept(user);
    const place = this.familiar.add(name, address);
    place.trust();
    this.cache.set(key, { user, verdict }, address, place);
    return verdict;
  }

  private async ask(attempter: Attempter, password: string): Promise<KnownUser | Rejected> {
    const attempt = await this.limiter.begin(attempter);
    if (typeof attempt === 'number') return tooMany(attempt);
    try {
      let wait = 0;
      const answer = await this.store.verify(attempter.username, password, async (account) => {
        wait = await attempt.at(account);
        return wait === 0;
      });
      if (wait > 0) return tooMany(wait);
      if (typeof answer === 'string') return REFUSED[answer];
      await attempt.succeeded();
      return answer;
    } catch (error) {
      await attempt.abandoned();
      throw error;
    }
  }

  private accept({ username, scopes, roles, claims = {} }: KnownUser): Accepted {
    return accepted(createPrincipal({ scheme: this.scheme, method: 'basic', username, scopes, roles, claims }));
  }
}

function tooMany(wait: number): Rejected {
  return { outcome: 'rejected', reason: 'too_many_failed_logins', retryAfter: wait };
}
