import { LRUCache } from 'lru-cache';
import { SingleFlight } from './single-flight.js';

/** A token that was just got. */
export interface IssuedToken {
  readonly value: string;
  /** Seconds for which it is good. */
  readonly life: number;
}

/** How {@link HeldTokens} keeps what it gets. */
export interface HeldTokensOptions {
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * How many seconds before its end a token is renewed.
   * @defaultValue a tenth of its life, at most 30
   */
  readonly margin?: number | undefined;
  /**
   * The longest time in seconds that a token is kept.
   * @defaultValue its life
   */
  readonly maxAge?: number | undefined;
  /**
   * The largest number of tokens; the least recently used goes first.
   * @defaultValue 1
   */
  readonly capacity?: number;
}

interface HeldToken {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly renewAt: number;
  readonly obtainedAt: number;
  /** It was got because the one before it was refused. */
  readonly isReplacement: boolean;
}

const LONGEST_MARGIN = 30;
/** Milliseconds for which a token that replaced a refused one is not replaced in turn: whoever refuses both will refuse the third. */
const REPLACEMENT_PAUSE = 10_000;

/** Tokens that are got when they are needed and kept until shortly before they expire, with one flight at a time for each key. */
export class HeldTokens {
  private readonly held: LRUCache<string, HeldToken>;
  private readonly flights = new SingleFlight<string>();

  constructor(private readonly options: HeldTokensOptions) {
    this.held = new LRUCache({ max: options.capacity ?? 1 });
  }

  /** The token for `key`, from `obtain` where none is held or its time is over. */
  get(key: string, obtain: () => Promise<IssuedToken>): string | Promise<string> {
    const token = this.held.get(key);
    if (token !== undefined && this.options.now() < token.renewAt) return token.value;
    return this.flights.run(key, () => this.renew(key, obtain));
  }

  /**
   * Says that a token was refused. Only that one is forgotten: another call may have got a new one meanwhile.
   *
   * @returns whether it is worth asking again.
   */
  refuse(key: string, value: string): boolean {
    const token = this.held.get(key);
    if (token === undefined || token.value !== value) return true;
    const age = this.options.now() - token.obtainedAt;
    if (token.isReplacement && age >= 0 && age < REPLACEMENT_PAUSE) return false;
    this.held.set(key, { ...token, renewAt: Number.NEGATIVE_INFINITY });
    return true;
  }

  /** Forgets everything. */
  clear(): void {
    this.held.clear();
  }

  private async renew(key: string, obtain: () => Promise<IssuedToken>): Promise<string> {
    const obtainedAt = this.options.now();
    const { value, life } = await obtain();
    const { margin = Math.min(LONGEST_MARGIN, life / 10), maxAge = Number.POSITIVE_INFINITY } = this.options;
    const renewAt = obtainedAt + Math.min(life - margin, maxAge) * 1000;
    const isReplacement = this.held.peek(key)?.renewAt === Number.NEGATIVE_INFINITY;
    this.held.set(key, { value, renewAt, obtainedAt, isReplacement });
    return value;
  }
}
