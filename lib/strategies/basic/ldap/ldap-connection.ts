import type { Socket } from 'node:net';
import type { Client, Entry, ResultCodeError, SearchOptions } from 'ldapts';
import { AuthUnavailableError } from '../../../errors.js';
import { describeFailure } from '../../../outgoing/network-failure.js';
import type { OpenSockets } from '../../../outgoing/open-sockets.js';
import { withinTime } from '../../../outgoing/within-time.js';
import type { Refusal } from '../user-store.js';
import { clientOn, dial, type Ldapts } from './dial.js';
import { DirectoryDownError, DirectoryTimeoutError } from './directory-down.error.js';
import type { Asker, DirectoryFeatures } from './directory-features.js';
import type { Endpoint } from './directory-settings.js';
import { readPasswordPolicy } from './password-policy.js';

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
  701: 'account_expired',
  773: 'password_must_change',
  775: 'account_locked',
};

const ANY = '(objectClass=*)';
/** noSuchObject, insufficientAccessRights. @see RFC 4511 §4.1.9 */
const NOT_SHOWN: readonly number[] = [32, 50];

/** One connection to a directory; it is never opened again. */
export class LdapConnection {
  private asker: Asker = 'anonymous';

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
    // A bind with a name and without a password succeeds anonymously. @see RFC 4513 §5.1.2
    if (name === '' || password === '') return 'refused';
    await this.learnFeatures();
    const asks = this.features.hasPasswordPolicy;
    const answer = await this.bindOnce(name, password, asks);
    if (answer !== 'accepted' || asks) return answer;
    // A directory that shows its abilities to users only has not been asked for the password policy: it is asked now.
    await this.learnFeatures();
    return this.features.hasPasswordPolicy ? this.bindOnce(name, password, true) : answer;
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
   * Reads one entry, if it is there, is shown, and fits `options.filter`.
   *
   * @throws AuthUnavailableError when the directory does not say.
   */
  async read(dn: string, options: SearchOptions): Promise<Entry | undefined> {
    try {
      const search = this.client.search(dn, { filter: ANY, ...options, scope: 'base', derefAliases: 'never' });
      return (await this.wait('A search', search)).searchEntries[0];
    } catch (error) {
      if (error instanceof this.ldapts.ResultCodeError && NOT_SHOWN.includes(error.code)) return undefined;
      throw explain(this.ldapts, 'The directory does not answer a search', error);
    }
  }

  /**
   * Reads which controls the directory supports, unless that is known: before the first bind, so that it can ask for the password policy,
   * and once more after a bind if the directory does not show it to everyone.
   *
   * @throws AuthUnavailableError when the connection is lost.
   * @see RFC 4512 §5.1
   */
  async learnFeatures(): Promise<void> {
    const { features, asker } = this;
    if (features.areKnownTo(asker)) return;
    try {
      const { searchEntries } = await this.wait(
        'A search',
        this.client.search('', { scope: 'base', filter: ANY, attributes: ['supportedControl'] }),
      );
      features.learn(asker, searchEntries[0]?.supportedControl);
    } catch (error) {
      if (!(error instanceof this.ldapts.ResultCodeError)) throw explain(this.ldapts, 'The directory does not answer a search', error);
      features.learn(asker, undefined);
    }
  }

  /** Takes leave of the directory and closes the connection. */
  close(): void {
    this.client.unbind().catch(() => undefined);
    // An unbind has no answer: all that remains is to write it.
    this.socket.destroySoon();
  }

  private async bindOnce(name: string, password: string, asksForPolicy: boolean): Promise<BindAnswer> {
    const policy = readPasswordPolicy(this.ldapts, asksForPolicy);
    try {
      await this.wait('A bind', this.client.bind(name, password, policy.controls));
      this.asker = 'account';
      return policy.refusal ?? 'accepted';
    } catch (error) {
      const refusal = error instanceof this.ldapts.ResultCodeError ? refusalOf(error) : undefined;
      if (refusal !== undefined) return policy.refusal ?? refusal;
      throw explain(this.ldapts, 'The directory does not answer a bind', error);
    }
  }

  private wait<T>(what: string, work: Promise<T>): Promise<T> {
    return withinTime(
      this.readTimeout,
      () => work,
      () => {
        this.socket.destroy();
        throw new DirectoryTimeoutError(what, this.readTimeout);
      },
    );
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
