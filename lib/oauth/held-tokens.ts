import { LRUCache } from 'lru-cache';
import { type Clock, isOver, LONG_AGO, later, type Moment, present } from '../clock.js';
import { SingleFlight } from '../outgoing/single-flight.js';

/** A new token. */
export interface IssuedToken {
  readonly value: string;
  /** Seconds for which it is valid. */
  readonly life: number;
  /**
   * The scheme under which it is sent.
   * @defaultValue 'Bearer'
   */
  readonly scheme?: 'Bearer' | 'DPoP';
}

/** How {@link HeldTokens} keeps tokens. */
export interface HeldTokensOptions {
  readonly clock: Clock;
  /**
   * How many seconds before it expires a token is renewed.
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
  readonly authorization: string;
  readonly renewAt: Moment;
  /** Not long ago for a token that replaced a refused one: until then it is not replaced in turn. */
  readonly staysUntil: Moment;
}

const LONGEST_MARGIN = 30;
/** Milliseconds for which a token that replaced a refused one is not replaced in turn: a service that refuses both will refuse the third. */
const REPLACEMENT_PAUSE = 10_000;

/** Tokens that are obtained when they are needed and kept until shortly before they expire, one request at a time for each key. */
export class HeldTokens {
  private readonly held: LRUCache<string, HeldToken>;
  private readonly flights = new SingleFlight<string>();

  constructor(private readonly options: HeldTokensOptions) {
    this.held = new LRUCache({ max: options.capacity ?? 1 });
  }

  /** The `Authorization` field with the token for `key`, which `obtain` gives where none is held or it is about to expire. @see RFC 6750 §2.1 */
  authorization(key: string, obtain: () => Promise<IssuedToken>): string | Promise<string> {
    const token = this.held.get(key);
    if (token !== undefined && !isOver(token.renewAt, this.options.clock)) return token.authorization;
    return this.flights.run(key, () => this.renew(key, obtain));
  }

  /**
   * Reports that a token was refused. Only that one is forgotten: another call may have obtained a new one already.
   *
   * @returns whether another attempt may succeed.
   */
  refuse(key: string, authorization: string): boolean {
    const token = this.held.get(key);
    if (token === undefined || token.authorization !== authorization) return true;
    if (!isOver(token.staysUntil, this.options.clock)) return false;
    this.held.set(key, { ...token, renewAt: LONG_AGO });
    return true;
  }

  /** Forgets all tokens. */
  clear(): void {
    this.held.clear();
  }

  private async renew(key: string, obtain: () => Promise<IssuedToken>): Promise<string> {
    // Its life is counted from the request: the time that the answer takes must not lengthen it.
    const askedAt = present(this.options.clock);
    const { value, life, scheme = 'Bearer' } = await obtain();
    const { margin = Math.min(LONGEST_MARGIN, life / 10), maxAge = Number.POSITIVE_INFINITY } = this.options;
    const renewAt = later(askedAt, Math.min(life - margin, maxAge) * 1000);
    const isReplacement = this.held.peek(key)?.renewAt === LONG_AGO;
    const authorization = `${scheme} ${value}`;
    this.held.set(key, { authorization, renewAt, staysUntil: isReplacement ? later(askedAt, REPLACEMENT_PAUSE) : LONG_AGO });
    return authorization;
  }
}
