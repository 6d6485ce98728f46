import { LRUCache } from 'lru-cache';
import { type Clock, isOver, LONG_AGO, later, type Moment, present } from '../clock.js';
import { SingleFlight } from '../outgoing/single-flight.js';

/** A token that was just got. */
export interface IssuedToken {
  readonly value: string;
  /** Seconds for which it is good. */
  readonly life: number;
}

/** How {@link HeldTokens} keeps what it gets. */
export interface HeldTokensOptions {
  readonly clock: Clock;
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
  readonly renewAt: Moment;
  /** It was got because the one before it was refused: until then it is not replaced in turn. */
  readonly staysUntil: Moment;
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
    if (token !== undefined && !isOver(token.renewAt, this.options.clock)) return token.value;
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
    if (!isOver(token.staysUntil, this.options.clock)) return false;
    this.held.set(key, { ...token, renewAt: LONG_AGO });
    return true;
  }

  /** Forgets everything. */
  clear(): void {
    this.held.clear();
  }

  private async renew(key: string, obtain: () => Promise<IssuedToken>): Promise<string> {
    // From the question on: how long the answer takes must not lengthen its life.
    const askedAt = present(this.options.clock);
    const { value, life } = await obtain();
    const { margin = Math.min(LONGEST_MARGIN, life / 10), maxAge = Number.POSITIVE_INFINITY } = this.options;
    const renewAt = later(askedAt, Math.min(life - margin, maxAge) * 1000);
    const isReplacement = this.held.peek(key)?.renewAt === LONG_AGO;
    this.held.set(key, { value, renewAt, staysUntil: isReplacement ? later(askedAt, REPLACEMENT_PAUSE) : LONG_AGO });
    return value;
  }
}
