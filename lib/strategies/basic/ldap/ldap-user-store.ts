import { LRUCache } from 'lru-cache';
import { type Clock, SYSTEM_CLOCK } from '../../../clock.js';
import { textOf } from '../../../errors.js';
import { OncePerOutage } from '../../../operator/once-per-outage.js';
import { CircuitBreaker } from '../../../outgoing/circuit-breaker.js';
import { type BreakerState, type DependencyHealth, healthOf } from '../../../outgoing/dependency-health.js';
import type { MayTry, StoreAnswer, UserStore } from '../user-store.js';
import { DirectoryDownError } from './directory-down.error.js';
import type { UserDirectory, UserEntry } from './user-directory.js';
import { within } from './within.js';

/** What an {@link LdapUserStore} needs. */
export interface LdapUserStoreOptions {
  /** What messages call the directory. */
  readonly label: string;
  readonly directory: Pick<UserDirectory, 'find' | 'accepts' | 'groupsOf'>;
  /** Seconds that a whole login may take. */
  readonly timeout: number;
  /** Whether the groups of a user are remembered. */
  readonly remembersGroups: boolean;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
  /** Whether the service account is used: not while it is left alone because the directory has refused it. */
  readonly accountState: () => BreakerState;
  /** Connects to the directory and leaves it again. Whatever it throws means that it cannot be reached. */
  readonly reach: () => Promise<void>;
  /** Lets go of the connections. */
  readonly close: () => void;
  /**
   * The clocks.
   * @defaultValue those of this machine
   */
  readonly clock?: Clock;
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const DEPENDENCY = 'ldap';
const MAX_REMEMBERED_GROUPS = 1000;
const MAX_REPORTED = 100;
const GROUPS_MAX_AGE = 300_000;
/** Seconds: soon enough that nobody waits long for a directory that is back. */
const BREAKER_OPEN_FOR = 1;

/** A user store that asks a directory: search with the service account, bind as the entry that is found, groups as scopes. */
export class LdapUserStore implements UserStore {
  private readonly breaker: CircuitBreaker;
  private readonly outage: OncePerOutage;
  private readonly groups: LRUCache<string, readonly string[]> | undefined;
  private readonly ambiguous = new LRUCache<string, true>({ max: MAX_REPORTED });

  constructor(private readonly options: LdapUserStoreOptions) {
    const { label, remembersGroups, warn, clock = SYSTEM_CLOCK } = options;
    this.outage = new OncePerOutage((message) => warn(`${label}: ${message}`));
    this.breaker = new CircuitBreaker({
      name: `The directory ${label}`,
      openFor: BREAKER_OPEN_FOR,
      counts: (error) => error instanceof DirectoryDownError,
      clock,
    });
    this.groups = remembersGroups
      ? new LRUCache({ max: MAX_REMEMBERED_GROUPS, ttl: GROUPS_MAX_AGE, ttlResolution: 0, perf: { now: clock.monotonic } })
      : undefined;
  }

  /** {@inheritDoc UserStore.verify} */
  async verify(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    if (!isUsable(username) || !isUsable(password) || username !== username.trim()) return 'refused';
    return this.breaker.run(async () => {
      try {
        const answer = await within(this.options.timeout, 'A login', this.login(username, password, mayTry), () => undefined);
        this.outage.over();
        return answer;
      } catch (error) {
        this.outage.report(`${textOf(error)} Logins are answered 503 until this is over.`);
        throw error;
      }
    });
  }

  /** {@inheritDoc UserStore.calls} */
  get calls() {
    return { name: DEPENDENCY, ...this.breaker.tally, breaker: this.state };
  }

  /** {@inheritDoc UserStore.health} It connects, but does not log in; whether that succeeds does not move the breaker. */
  async health(): Promise<DependencyHealth> {
    const health = this.healthByCalls();
    if (health.status === 'down') return health;
    const connection = await this.options.reach().then(
      () => 'possible',
      () => 'impossible',
    );
    const details = { ...health.details, connection };
    return connection === 'possible' ? { ...health, details } : { ...health, status: 'down', details };
  }

  /** Lets go of the connections. */
  close(): void {
    this.groups?.clear();
    this.options.close();
  }

  private get state(): BreakerState {
    const { state } = this.breaker;
    return state === 'closed' ? this.options.accountState() : state;
  }

  private healthByCalls(): DependencyHealth {
    const health = healthOf(DEPENDENCY, this.state);
    return this.options.accountState() === 'closed' ? health : { ...health, details: { ...health.details, account: 'refused' } };
  }

  private async login(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    const { directory } = this.options;
    const [user, another] = await directory.find(username);
    if (user !== undefined && another !== undefined) this.reportAmbiguous(user);
    const only = another === undefined ? user : undefined;
    if (!(await mayTry(only === undefined ? `name ${username}` : `entry ${only.dn.toLowerCase()}`))) return 'refused';
    const answer = await directory.accepts(only, password);
    if (only === undefined) return 'refused';
    if (answer !== 'accepted') return answer;
    const groups = await this.groupsOf(only);
    return { username: only.username, scopes: groups, roles: groups, claims: { dn: only.dn }, version: '' };
  }

  /** Once for each, of a bounded number, and as the directory spells it: anybody can have it looked up, in any spelling. */
  private reportAmbiguous({ dn, username }: UserEntry): void {
    if (this.ambiguous.has(dn)) return;
    this.ambiguous.set(dn, true);
    const { label, warn } = this.options;
    const name = JSON.stringify(username.replace(UNPRINTABLE, ''));
    warn(`${label}: several entries have the user name ${name}. Nobody gets in with it until one is left.`);
  }

  private async groupsOf(user: UserEntry): Promise<readonly string[]> {
    const known = this.groups?.get(user.dn);
    if (known !== undefined) return known;
    const groups = await this.options.directory.groupsOf(user);
    this.groups?.set(user.dn, groups);
    return groups;
  }
}

/**
 * Whether a text may be sent. An empty password makes a bind succeed as nobody, and after a NUL some directories stop reading.
 * Spaces around a user name do not count in a search, so that one user would have any number of names.
 *
 * @see RFC 4513 §5.1.2 and RFC 4518 §2.6.1
 */
function isUsable(text: string): boolean {
  return text !== '' && !text.includes('\0');
}
