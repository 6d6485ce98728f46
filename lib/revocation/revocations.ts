import type { Awaitable } from '../awaitable.js';
import { type Clock, SYSTEM_CLOCK } from '../clock.js';
import { AuthConfigurationError, textOf } from '../errors.js';
import type { SharedStateAccess } from '../memory/shared-state.js';
import type { Warn } from '../operator/notes.js';
import type { Principal } from '../principal.js';
import type { Revocation, RevocationConfig } from './revocation.js';
import { readRevocation } from './revocation.schema.js';
import { entryOf } from './revocation-entry.js';
import { RevokedTokens } from './revoked-tokens.js';
import { SharedRevocations } from './shared-revocations.js';

/** What {@link Revocations} go by. */
export interface RevocationsOptions {
  /** Undefined where nothing can be revoked. */
  readonly config: RevocationConfig | undefined;
  /** The shared state; undefined where each process remembers for itself. A request waits no longer for it than its time-out. */
  readonly access: Pick<SharedStateAccess, 'state' | 'timeout'> | undefined;
  readonly warn: Warn;
  readonly clock?: Clock;
}

const DEFAULT_LIFETIME = 86_400;

/** Something that a credential opened. */
interface Opened {
  readonly principal: Principal;
  readonly end: () => void;
}

/**
 * The tokens that were revoked. Each process has a copy of what all instances have revoked, and reads new entries four times a second, so that
 * a request is decided without waiting. Where the copy is older than a second, the request waits for the shared state.
 */
export class Revocations {
  /** Whether tokens can be revoked: the option `revocation`. */
  readonly isOn: boolean;
  private readonly tokens: RevokedTokens;
  private readonly shared: SharedRevocations | undefined;
  private readonly admitsUnknown: boolean;
  private readonly opened = new Set<Opened>();
  private readonly clock: Clock;
  private sweeping: NodeJS.Timeout | undefined;

  constructor(private readonly options: RevocationsOptions) {
    const { config, access, clock = SYSTEM_CLOCK } = options;
    this.clock = clock;
    this.isOn = config !== undefined;
    this.admitsUnknown = config?.onUnavailable === 'admit';
    this.tokens = new RevokedTokens(clock);
    if (config !== undefined && access !== undefined)
      this.shared = new SharedRevocations(access, this.tokens, clock, () => this.endRevoked());
  }

  /** Reads what other instances have revoked, before the first request is answered. It is not waited for longer than a request would. */
  async onModuleInit(): Promise<void> {
    const { config, access, warn } = this.options;
    if (config === undefined) return;
    this.sweeping = setInterval(() => this.tokens.sweep(), 60_000).unref();
    if (access === undefined)
      warn(
        'A revocation holds for this process alone: other instances of the application are not told. Configure sharedState where there are several.',
      );
    await this.shared?.start();
  }

  /** Stops reading new entries. */
  onApplicationShutdown(): void {
    clearInterval(this.sweeping);
    this.shared?.stop();
    this.opened.clear();
  }

  /**
   * Whether the token of a caller is revoked: at once, unless the copy of this process is too old.
   *
   * @throws AuthUnavailableError if the shared state does not answer and `onUnavailable` is `'refuse'`.
   */
  check(principal: Principal): Awaitable<boolean> {
    if (this.tokens.has(principal)) return true;
    if (this.shared === undefined || this.shared.isFresh || !this.tokens.couldHave(principal)) return false;
    return this.checkLater(this.shared, principal);
  }

  /**
   * Calls `end` once, when the token of a caller is revoked: for connections, streams and subscriptions.
   *
   * @returns what cancels it. Call it when the connection has ended by itself.
   */
  whenRevoked(principal: Principal, end: () => void): () => void {
    if (!this.isOn) return () => undefined;
    const opened = { principal, end };
    this.opened.add(opened);
    queueMicrotask(() => this.endRevoked([opened]));
    return () => {
      this.opened.delete(opened);
    };
  }

  /**
   * Revokes tokens: in this process at once, in the others within a second.
   *
   * @throws AuthConfigurationError if the option `revocation` is missing, or the argument is wrong.
   * @throws AuthUnavailableError if the shared state does not answer: this process refuses the tokens, and the others do when it answers again.
   */
  async revoke(revocation: Revocation): Promise<void> {
    const { config } = this.options;
    if (config === undefined)
      throw new AuthConfigurationError(
        "AuthService.revoke() needs the option revocation: AuthModule.forRoot({ revocation: { onUnavailable: 'refuse' } }).",
      );
    const entry = entryOf(readRevocation(revocation), this.clock.wall() / 1000, config.maxTokenLifetime ?? DEFAULT_LIFETIME);
    if (this.tokens.add(entry)) this.endRevoked();
    await this.shared?.publish(entry);
  }

  private async checkLater(shared: SharedRevocations, principal: Principal): Promise<boolean> {
    try {
      await shared.refresh();
    } catch (error) {
      if (!this.admitsUnknown) throw error;
    }
    return this.tokens.has(principal);
  }

  private endRevoked(candidates: Iterable<Opened> = this.opened): void {
    for (const each of candidates) {
      if (!this.tokens.has(each.principal) || !this.opened.delete(each)) continue;
      try {
        each.end();
      } catch (error) {
        this.options.warn(`A connection whose token was revoked could not be ended: ${textOf(error)}`);
      }
    }
  }
}
