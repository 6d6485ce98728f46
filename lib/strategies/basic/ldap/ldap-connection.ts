import type { Socket } from 'node:net';
import type { Client, Entry, SearchOptions } from 'ldapts';
import { AuthUnavailableError } from '../../../errors.js';
import { describeFailure } from '../../../http/network-failure.js';
import { clientOn, dial } from './dial.js';
import { DirectoryDownError } from './directory-down.error.js';
import type { Endpoint } from './directory-settings.js';
import type { Ldapts } from './load-ldapts.js';
import { within } from './within.js';

/**
 * Result codes of a bind by which the directory says that this is not a login, rather than that it cannot tell:
 * constraintViolation (locked), noSuchObject, inappropriateAuthentication (no password), invalidCredentials,
 * insufficientAccessRights, unwillingToPerform (deactivated). @see RFC 4511 §4.1.9
 */
const NO_LOGIN: ReadonlySet<number> = new Set([19, 32, 48, 49, 50, 53]);

/** One connection to a directory; when it is gone, it is gone. */
export class LdapConnection {
  private constructor(
    private readonly ldapts: Ldapts,
    private readonly socket: Socket,
    private readonly client: Client,
    private readonly readTimeout: number,
  ) {}

  /**
   * Connects to a directory.
   *
   * @throws DirectoryDownError if that fails.
   */
  static async open(ldapts: Ldapts, endpoint: Endpoint): Promise<LdapConnection> {
    try {
      const socket = await dial(ldapts, endpoint);
      return new LdapConnection(ldapts, socket, clientOn(ldapts, socket), endpoint.readTimeout);
    } catch (error) {
      throw explain(ldapts, 'The directory cannot be reached', error);
    }
  }

  /** Whether it can still be used. */
  get isOpen(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  /**
   * Binds with a name and a password: whether the directory accepts them.
   *
   * @throws AuthUnavailableError when it does not say.
   */
  async bind(name: string, password: string): Promise<boolean> {
    // A bind with a name and no password succeeds as nobody. @see RFC 4513 §5.1.2
    if (name === '' || password === '') return false;
    try {
      await this.wait('A bind', this.client.bind(name, password));
      return true;
    } catch (error) {
      if (error instanceof this.ldapts.ResultCodeError && NO_LOGIN.has(error.code)) return false;
      throw explain(this.ldapts, 'The directory does not answer a bind', error);
    }
  }

  /**
   * Searches everything below `base`. Referrals are not followed.
   *
   * @throws AuthUnavailableError unless the directory gives the whole result.
   */
  async search(base: string, options: SearchOptions): Promise<Entry[]> {
    try {
      const search = this.client.search(base, { ...options, scope: 'sub', derefAliases: 'never', timeLimit: Math.ceil(this.readTimeout) });
      return (await this.wait('A search', search)).searchEntries;
    } catch (error) {
      throw explain(this.ldapts, 'The directory does not answer a search', error);
    }
  }

  /** Takes leave of the directory and closes the connection. */
  close(): void {
    this.client.unbind().catch(() => undefined);
    // An unbind has no answer: all that remains is to write it.
    this.socket.destroySoon();
  }

  private wait<T>(what: string, work: Promise<T>): Promise<T> {
    return within(this.readTimeout, what, work, () => this.socket.destroy());
  }
}

function explain(ldapts: Ldapts, what: string, error: unknown): AuthUnavailableError {
  if (error instanceof AuthUnavailableError) return error;
  // Never the server's own text: it may hold names.
  if (error instanceof ldapts.ResultCodeError)
    return new AuthUnavailableError(`${what}: ${error.name} (result code ${error.code}).`, { cause: error });
  return new DirectoryDownError(`${what}: ${describeFailure(error)}.`, { cause: error });
}
