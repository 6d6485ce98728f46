import { AuthUnavailableError } from '../../../errors.js';
import { DirectoryDownError, DirectoryTimeoutError } from './directory-down.error.js';
import type { LdapConnection } from './ldap-connection.js';

/** What a {@link ServiceAccount} needs. */
export interface ServiceAccountOptions {
  readonly name: string;
  readonly password: string;
  /** Whether a connection serves more than one piece of work. */
  readonly pooled: boolean;
  /** Opens a connection that nobody else has. */
  readonly open: () => Promise<LdapConnection>;
}

/** The account that searches: gives out connections that are bound as it. */
export class ServiceAccount {
  /** Requests share it: an LDAP connection carries any number of searches at once. */
  private pooled: Promise<LdapConnection> | undefined;

  constructor(private readonly options: ServiceAccountOptions) {}

  /**
   * Does `work` on a bound connection; once more on a new one if a connection from earlier turns out to be gone.
   *
   * @throws AuthUnavailableError when there is no such connection, or when it is lost.
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

  /** Closes the connection that is kept. */
  async close(): Promise<void> {
    const pooled = this.pooled;
    this.pooled = undefined;
    (await pooled?.catch(() => undefined))?.close();
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

  private async open(): Promise<LdapConnection> {
    const connection = await this.options.open();
    try {
      if (await connection.bind(this.options.name, this.options.password)) return connection;
      throw new AuthUnavailableError('The directory refuses the service account: check connectionName and connectionPassword.');
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}

/** A directory closes idle connections, which may show only when the next request is sent. Whoever waited in vain does not wait again. */
function isLost(error: unknown): boolean {
  return error instanceof DirectoryDownError && !(error instanceof DirectoryTimeoutError);
}
