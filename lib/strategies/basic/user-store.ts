import type { DependencyHealth } from '../../outgoing/dependency-health.js';
import type { AuthenticatorStats } from '../strategy.js';

/** A user as a store knows it: what becomes of it in a principal, and when a remembered login stops being good. */
export interface KnownUser {
  /** The name that the principal gets: the store's own spelling of it. */
  readonly username: string;
  /** The scopes that the store gives. */
  readonly scopes: readonly string[];
  /** The roles that the store gives. */
  readonly roles: readonly string[];
  /** Everything else that the store says and a handler may want to see; empty when left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Changes whenever a login that was verified before must not be reused: {@link UserStore.isCurrent} compares it. */
  readonly version: string;
}

/**
 * Why a store refuses: for the log only, the caller is answered alike. `refused` is an unknown user or a wrong password; the others are
 * what a directory says of an account, whose password may even have been right.
 */
export type Refusal = 'refused' | 'account_locked' | 'account_disabled' | 'account_expired' | 'password_expired' | 'password_must_change';

/** What a store says of a user name and a password: who it is, or that it refuses. */
export type StoreAnswer = KnownUser | Refusal;

/** Whether a password may be tried at an account, which is counted thereby. */
export type MayTry = (account: string) => Promise<boolean>;

/** Where users and their passwords are: a file, a directory. */
export interface UserStore {
  /**
   * Checks a password. Neither argument is empty or has control characters: the header's parser has refused those.
   * An unknown user must cost the same work, and get the same answer, as a wrong password.
   *
   * @param mayTry - asked before the password is tried, with what identifies the account, for all of its names; for
   * an unknown user with what identifies the name. If the answer is no, nothing is tried, and the store refuses.
   * @throws AuthUnavailableError when it could not find out.
   */
  verify(username: string, password: string, mayTry: MayTry): StoreAnswer | Promise<StoreAnswer>;
  /**
   * Whether an earlier answer still holds; asked before a remembered login is used again, so it must need no I/O.
   * A store that cannot tell leaves it out, and its answers are good for as long as the cache keeps them.
   */
  isCurrent?(user: KnownUser): boolean;
  /** What it depends on and the calls to it; left out where the store needs none. */
  readonly calls?: NonNullable<AuthenticatorStats['dependency']>;
  /** How what it depends on is doing: see the authenticator's own. */
  health?(): Promise<DependencyHealth>;
  /** Lets go of files, connections and timers when the application closes. */
  close?(): void | Promise<void>;
}
