import type { AuthRequest } from '../../http/auth-request.js';
import { readCredentials } from '../../http/authorization.js';
import { createPrincipal } from '../../principal.js';
import type { CacheConfig } from '../cache-config.js';
import {
  ABSENT,
  type Accepted,
  type Authenticator,
  type AuthenticatorStats,
  accepted,
  type DependencyHealth,
  type Rejected,
  rejected,
  type StrategyHost,
  type Verdict,
} from '../strategy.js';
import { type AddressOf, addressForwardedBy, addressOfSocket } from './client-address.js';
import type { FailedLoginsConfig } from './failed-logins.config.js';
import { LoginCache } from './login-cache.js';
import { type Attempter, FailedLoginLimiter, type LoginLimiter, NO_LIMIT } from './login-limiter.js';
import { parseUserPass, type UserPass } from './user-pass.js';
import type { KnownUser, UserStore } from './user-store.js';

/** What {@link createBasicAuthenticator} needs. */
export interface BasicAuthenticatorOptions {
  /** The scheme's name: `Principal.scheme`. */
  readonly name: string;
  /** Where the users are. */
  readonly store: UserStore;
  /** What the application offers. */
  readonly host: Pick<StrategyHost, 'trustedProxies'>;
  /** How many verified logins are remembered, and for how long; 1000 for 300 seconds unless it says otherwise. */
  readonly cacheConfig?: CacheConfig | undefined;
  /** How many failed logins are answered before a caller must wait; `false` sets no limit. */
  readonly failedLogins?: FailedLoginsConfig | false | undefined;
}

const MALFORMED = rejected('malformed_credentials');
const WRONG = rejected('bad_credentials');

/**
 * Makes the authenticator of a Basic scheme: it reads the header, limits failed logins and remembers verified ones, for any store.
 *
 * @throws AuthConfigurationError when addresses are to be taken from a header that no trusted proxy writes.
 * @see RFC 7617
 */
export function createBasicAuthenticator(options: BasicAuthenticatorOptions): Authenticator {
  return new BasicAuthenticator(options);
}

class BasicAuthenticator implements Authenticator {
  readonly challenges = [{ scheme: 'Basic', params: { charset: 'UTF-8' } }];
  private readonly scheme: string;
  private readonly store: UserStore;
  private readonly cache: LoginCache;
  private readonly limiter: LoginLimiter;
  private readonly addressOf: AddressOf;
  /** One check at a time of the same credentials from the same address: a page that loads twenty things at once logs in once. */
  private readonly flights = new Map<string, Promise<Verdict>>();

  constructor({ name, store, host, cacheConfig, failedLogins = {} }: BasicAuthenticatorOptions) {
    const forwarded = failedLogins !== false && failedLogins.addressFrom === 'x-forwarded-for';
    this.scheme = name;
    this.store = store;
    this.cache = new LoginCache(cacheConfig);
    this.limiter = failedLogins === false ? NO_LIMIT : new FailedLoginLimiter(name, failedLogins);
    this.addressOf = forwarded ? addressForwardedBy(host.trustedProxies) : addressOfSocket;
  }

  authenticate(request: AuthRequest): Verdict | Promise<Verdict> {
    const credentials = readCredentials(request, 'basic');
    if (credentials.kind === 'absent') return ABSENT;
    if (credentials.kind === 'malformed') return rejected(credentials.reason);
    const key = this.cache.keyOf(credentials.value);
    return this.recall(key, request) ?? this.verify(key, credentials.value, request);
  }

  stats(): AuthenticatorStats {
    const { calls: dependency } = this.store;
    return { cache: this.cache.lookups, ...(dependency && { dependency }) };
  }

  health(): Promise<DependencyHealth> | undefined {
    return this.store.health?.();
  }

  async close(): Promise<void> {
    this.cache.clear();
    this.limiter.close();
    await this.store.close?.();
  }

  /** What is known of these credentials already. Whoever has guessed too often does not learn here that a guess was right. */
  private recall(key: string, request: AuthRequest): Verdict | undefined {
    const login = this.cache.get(key);
    if (login === undefined) return undefined;
    if (this.store.isCurrent?.(login.user) === false) {
      this.cache.delete(key);
      return undefined;
    }
    const wait = this.limiter.waitOf({ username: login.username, address: this.addressOf(request) });
    return wait > 0 ? tooMany(wait) : login.verdict;
  }

  private verify(key: string, credentials: string, request: AuthRequest): Verdict | Promise<Verdict> {
    const userPass = parseUserPass(credentials);
    if (userPass === undefined) return MALFORMED;
    const address = this.addressOf(request);
    const flight = `${key} ${address}`;
    const flying = this.flights.get(flight);
    if (flying !== undefined) return flying;
    const checking = this.check(key, userPass, address).finally(() => this.flights.delete(flight));
    this.flights.set(flight, checking);
    return checking;
  }

  private async check(key: string, { username, password }: UserPass, address: string | undefined): Promise<Verdict> {
    const user = await this.ask({ username, address }, password);
    if ('outcome' in user) return user;
    const verdict = this.accept(user);
    this.cache.set(key, { username, user, verdict });
    return verdict;
  }

  private async ask(attempter: Attempter, password: string): Promise<KnownUser | Rejected> {
    const attempt = await this.limiter.begin(attempter);
    if (typeof attempt === 'number') return tooMany(attempt);
    try {
      const answer = await this.store.verify(attempter.username, password);
      if (answer === 'refused') return WRONG;
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
