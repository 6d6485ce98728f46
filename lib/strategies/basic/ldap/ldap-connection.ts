import type { Socket } from 'node:net';
import type { Client, Entry, ResultCodeError, SearchOptions } from 'ldapts';
import { AuthUnavailableError } from '../../../errors.js';
import { describeFailure } from '../../../outgoing/network-failure.js';
import type { OpenSockets } from '../../../outgoing/open-sockets.js';
import type { Refusal } from '../user-store.js';
import { clientOn, dial } from './dial.js';
import { DirectoryDownError } from './directory-down.error.js';
import type { DirectoryFeatures } from './directory-features.js';
import type { Endpoint } from './directory-settings.js';
import type { Ldapts } from './load-ldapts.js';
import { readPasswordPolicy } from './password-policy.js';
import { within } from './within.js';

/** What a directory says to a name and a password. */
export type BindAnswer = 'accepted' | Refusal;

/**
 * Result codes of a bind by which the directory says that this is not a login, rather than that it cannot tell:
 * constraintViolation (too many failures), noSuchObject, inappropriateAuthentication (no password), invalidCredentials,
 * insufficientAccessRights, unwillingToPerform (deactivated). @see RFC 4511 §4.1.9
 */
const NO_LOGIN: ReadonlyMap<number, Refusal> = new Map([
  [19, 'account_locked'],
  [32, 'refused'],
  [48, 'refused'],
  [49, 'refused'],
  [50, 'refused'],
  [53, 'account_disabled'],
]);

/** Active Directory says why in the text of its answer only: a Windows error code in hexadecimal after `data`. @see MS-ERREF §2.2 */
const ACTIVE_DIRECTORY = /\bdata ([0-9a-f]{3})\b/i;
const WINDOWS_ERRORS: Readonly<Record<string, Refusal>> = {
  532: 'password_expired',
  533: 'account_disabled',
  701: 'account_disabled',
  773: 'password_must_change',
  775: 'account_locked',
};

/** One connection to a directory; when it is gone, it is gone. */
export class LdapConnection {
  private constructor(
    private readonly ldapts: Ldapts,
    private readonly socket: Socket,
    private readonly client: Client,
    private readonly readTimeout: number,
    private readonly features: DirectoryFeatures,
  ) {}

  /**
   * Connects to a directory.
   *
   * @throws DirectoryDownError if that fails.
   */
  static async open(ldapts: Ldapts, endpoint: Endpoint, features: DirectoryFeatures, sockets: OpenSockets): Promise<LdapConnection> {
    try {
      const socket = await dial(ldapts, endpoint, sockets);
      return new LdapConnection(ldapts, socket, clientOn(ldapts, socket), endpoint.readTimeout, features);
    } catch (error) {
      throw explain(ldapts, 'The directory cannot be reached', error);
    }
  }

  /** Whether it can still be used. */
  get isOpen(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  /**
   * Binds with a name and a password: whether the directory accepts them as a login, or why not.
   *
   * @throws AuthUnavailableError when it does not say.
   */
  async bind(name: string, password: string): Promise<BindAnswer> {
    // A bind with a name and no password succeeds as nobody. @see RFC 4513 §5.1.2
    if (name === '' || password === '') return 'refused';
    await this.learnFeatures();
    const policy = readPasswordPolicy(this.ldapts, this.features.hasPasswordPolicy);
    try {
      await this.wait('A bind', this.client.bind(name, password, policy.controls));
      return policy.refusal ?? 'accepted';
    } catch (error) {
      const refusal = error instanceof this.ldapts.ResultCodeError ? refusalOf(error) : undefined;
      if (refusal !== undefined) return policy.refusal ?? refusal;
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

  /**
   * Reads which controls the directory supports, unless that is known: before the first bind, because that one is the service account's,
   * and once more as the service account where the directory shows it to nobody else.
   *
   * @throws AuthUnavailableError when the connection is lost.
   * @see RFC 4512 §5.1
   */
  async learnFeatures(): Promise<void> {
    if (this.features.areKnown) return;
    const options: SearchOptions = { scope: 'base', filter: '(objectClass=*)', attributes: ['supportedControl'] };
    try {
      const { searchEntries } = await this.wait('A search', this.client.search('', options));
      this.features.learn(searchEntries[0]?.supportedControl);
    } catch (error) {
      if (!(error instanceof this.ldapts.ResultCodeError)) throw explain(this.ldapts, 'The directory does not answer a search', error);
      this.features.learn(undefined);
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

function refusalOf({ code, message }: ResultCodeError): Refusal | undefined {
  const refusal = NO_LOGIN.get(code);
  return refusal === undefined ? undefined : (WINDOWS_ERRORS[ACTIVE_DIRECTORY.exec(message)?.[1] ?? ''] ?? refusal);
}

function explain(ldapts: Ldapts, what: string, error: unknown): AuthUnavailableError {
  if (error instanceof AuthUnavailableError) return error;
  // Never the server's own text: it may hold names.
  if (error instanceof ldapts.ResultCodeError)
    return new AuthUnavailableError(`${what}: ${error.name} (result code ${error.code}).`, { cause: error });
  return new DirectoryDownError(`${what}: ${describeFailure(error)}.`, { cause: error });
}
