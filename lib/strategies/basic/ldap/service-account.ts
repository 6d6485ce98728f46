import { SYSTEM_CLOCK } from '../../../clock.js';
import { AuthUnavailableError } from '../../../errors.js';
import type { BreakerState } from '../../../outgoing/dependency-health.js';
import type { Refusal } from '../user-store.js';
import { DirectoryDownError, DirectoryTimeoutError } from './directory-down.error.js';
import type { LdapConnection } from './ldap-connection.js';

/** What a {@link ServiceAccount} needs. */
export interface ServiceAccountOptions {
  readonly name: string;
  readonly password: string;
  /** Whether a connection serves more than one piece of work. */
  readonly pooled: boolean;
  /** Opens a connection that is not shared. */
  readonly open: () => Promise<LdapConnection>;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * Seconds for which an account that was refused is left alone. Directories lock an account after some failures within a quarter of an
 * hour or so; the password here stays the same until the application is started again.
 */
const LEFT_ALONE_FOR = 600;

const REASONS: Readonly<Record<Refusal, string>> = {
  refused: 'its name or its password is wrong',
  account_locked: 'it is locked',
  account_disabled: 'it is disabled',
  account_expired: 'it has expired',
  password_expired: 'its password has expired',
  password_must_change: 'it must change its password first',
};

/** The account that searches: gives out connections that are bound as it. */
export class ServiceAccount {
  /** Requests share it: an LDAP connection carries any number of searches at once. */
  private pooled: Promise<LdapConnection> | undefined;
  private refusal: { readonly reason: Refusal; readonly until: number } | undefined;
  private lastBind: Promise<unknown> = Promise.resolve();

  private readonly now: () => number;

  constructor(private readonly options: ServiceAccountOptions) {
    this.now = options.now ?? SYSTEM_CLOCK.monotonic;
  }

  /** Open while the account is left alone, half open when the next login finds out whether it is accepted again. */
  get state(): BreakerState {
    if (this.refusal === undefined) return 'closed';
    return this.now() < this.refusal.until ? 'open' : 'half_open';
  }

  /**
   * Does `work` on a bound connection; once more on a new one if a connection from earlier turns out to be gone.
   *
   * @throws AuthUnavailableError if there is no such connection, or if it is lost.
   */
  async run<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T> {
    if (!this.options.pooled) return this.runAlone(work);
    const earlier = await this.earlier();
    if (earlier === undefined) return work(await this.shared());
    try {
      return await work(earlier);
    } catch (error) {
      if (!isLost(error)) throw error;
      return work((await this.earlier()) ?? (await this.shared()));
    }
  }

  /** Closes the connection that is kept; one that is being made is closed when it is there. */
  close(): void {
    const pooled = this.pooled;
    this.pooled = undefined;
    pooled?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  private async runAlone<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T> {
    const connection = await this.open();
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  }

  /** The connection of earlier requests, if it is still there. */
  private async earlier(): Promise<LdapConnection | undefined> {
    const pooled = this.pooled;
    const connection = await pooled;
    if (connection?.isOpen) return connection;
    if (this.pooled === pooled) this.pooled = undefined;
    return undefined;
  }

  /** The one connection, which the first caller opens for all of them. */
  private shared(): Promise<LdapConnection> {
    if (this.pooled !== undefined) return this.pooled;
    const opening = this.open();
    this.pooled = opening;
    opening.catch(() => {
      if (this.pooled === opening) this.pooled = undefined;
    });
    return opening;
  }

  /** One bind at a time: with a password that has become stale, logins that come together must not lock the account. */
  private open(): Promise<LdapConnection> {
    const opening = this.lastBind.then(() => this.bind());
    this.lastBind = opening.catch(() => undefined);
    return opening;
  }

  private async bind(): Promise<LdapConnection> {
    this.refuseWhileLeftAlone();
    const connection = await this.options.open();
    try {
      const answer = await connection.bind(this.options.name, this.options.password);
      this.refusal = answer === 'accepted' ? undefined : { reason: answer, until: this.now() + LEFT_ALONE_FOR * 1000 };
      this.refuseWhileLeftAlone();
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** The message is the same every time, so that an operator reads it once. */
  private refuseWhileLeftAlone(): void {
    if (this.refusal === undefined || this.state !== 'open') return;
    const retryAfter = Math.ceil((this.refusal.until - this.now()) / 1000);
    throw new AuthUnavailableError(
      `The directory refuses the service account: ${REASONS[this.refusal.reason]}. Check connectionName and connectionPassword. ` +
        `It is asked again after ${LEFT_ALONE_FOR / 60} minutes, so that the account is not locked.`,
      { retryAfter },
    );
  }
}

/** A directory closes idle connections, which may be noticed only with the next request. A request that already waited is not repeated. */
function isLost(error: unknown): boolean {
  return error instanceof DirectoryDownError && !(error instanceof DirectoryTimeoutError);
}
