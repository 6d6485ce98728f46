import { type Clock, SYSTEM_CLOCK } from '../../../clock.js';
import { textOf } from '../../../errors.js';
import { OncePerOutage } from '../../../operator/once-per-outage.js';
import { CircuitBreaker } from '../../../outgoing/circuit-breaker.js';
import { type BreakerState, type DependencyHealth, healthOf } from '../../../outgoing/dependency-health.js';
import { withinTime } from '../../../outgoing/within-time.js';
import type { MayTry, StoreAnswer, UserStore } from '../user-store.js';
import { DirectoryDownError, DirectoryTimeoutError } from './directory-down.error.js';
import type { DirectoryLogin } from './directory-login.js';

/** What an {@link LdapUserStore} needs. */
export interface LdapUserStoreOptions {
  /** The name of the directory in messages. */
  readonly label: string;
  /** How users log in. */
  readonly login: DirectoryLogin;
  /** Seconds that a whole login may take. */
  readonly timeout: number;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
  /** Whether the service account is used: not while it is left alone because the directory has refused it. */
  readonly accountState: () => BreakerState;
  /** Connects to the directory and leaves it again. Any error means that it cannot be reached. */
  readonly reach: () => Promise<void>;
  /** Closes the connections and forgets what is remembered. */
  readonly close: () => void;
  /**
   * The clocks.
   * @defaultValue those of this machine
   */
  readonly clock?: Clock;
}

const DEPENDENCY = 'ldap';
/** Seconds: short, so that logins work again soon after the directory is back. */
const BREAKER_OPEN_FOR = 1;

/** A user store that asks a directory, within a time limit and a circuit breaker. */
export class LdapUserStore implements UserStore {
  private readonly breaker: CircuitBreaker;
  private readonly outage: OncePerOutage;

  constructor(private readonly options: LdapUserStoreOptions) {
    const { label, warn, clock = SYSTEM_CLOCK } = options;
    this.outage = new OncePerOutage((message) => warn(`${label}: ${message}`), 'The directory can be used again.');
    this.breaker = new CircuitBreaker({
      name: `The directory ${label}`,
      openFor: BREAKER_OPEN_FOR,
      counts: (error) => error instanceof DirectoryDownError,
      clock,
    });
  }

  /** {@inheritDoc UserStore.verify} */
  async verify(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    if (!isUsable(username) || !isUsable(password) || username !== username.trim()) return 'refused';
    return this.breaker.run(async () => {
      try {
        const answer = await this.loginInTime(username, password, mayTry);
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

  /** {@inheritDoc UserStore.close} */
  close(): void {
    this.options.close();
  }

  private loginInTime(username: string, password: string, mayTry: MayTry): Promise<StoreAnswer> {
    const { login, timeout } = this.options;
    return withinTime(
      timeout,
      () => login.login(username, password, mayTry),
      () => {
        throw new DirectoryTimeoutError('A login', timeout);
      },
    );
  }

  private get state(): BreakerState {
    const { state } = this.breaker;
    return state === 'closed' ? this.options.accountState() : state;
  }

  private healthByCalls(): DependencyHealth {
    const health = healthOf(DEPENDENCY, this.state);
    return this.options.accountState() === 'closed' ? health : { ...health, details: { ...health.details, account: 'refused' } };
  }
}

/**
 * Whether a text may be sent. An empty password makes a bind succeed anonymously, and some directories stop reading at a NUL.
 * Spaces around a user name do not count in a search, so that one user would have any number of names.
 *
 * @see RFC 4513 §5.1.2 and RFC 4518 §2.6.1
 */
function isUsable(text: string): boolean {
  return text !== '' && !text.includes('\0');
}
