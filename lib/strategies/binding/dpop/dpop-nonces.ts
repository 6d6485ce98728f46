import { randomBytes } from 'node:crypto';
import type { Awaitable } from '../../../awaitable.js';
import { type Clock, isOver, LONG_AGO, later, type Moment, present } from '../../../clock.js';
import type { NonceMemory } from '../../../memory/nonce-memory.js';
import type { Waiting } from '../../../memory/shared-state.js';

/** Seconds after which a new nonce is made. The one before stays good for as long again. */
const ROTATION = 120;

/** The nonces that proofs must have: random values that change with time. @see RFC 9449 §8 and §9 */
export class DpopNonces {
  private latest = '';
  private previous = '';
  private rotateAt: Moment = LONG_AGO;
  private previousEnds: Moment = LONG_AGO;

  /** @param shared - what other instances know; undefined where there are none. */
  constructor(
    private readonly clock: Clock,
    private readonly shared?: NonceMemory,
  ) {}

  /** The nonce that a client must use from now on. */
  current(): string {
    if (isOver(this.rotateAt, this.clock)) this.rotate();
    return this.latest;
  }

  /** Whether a proof may have this nonce: the current one, or the one before it. */
  isGood(nonce: string, waiting?: Waiting): Awaitable<boolean> {
    if (nonce === this.current()) return true;
    if (nonce === this.previous && !isOver(this.previousEnds, this.clock)) return true;
    return this.shared?.knows(nonce, waiting) ?? false;
  }

  private rotate(): void {
    const now = present(this.clock);
    this.previous = this.latest;
    this.previousEnds = later(this.rotateAt, ROTATION * 1000);
    this.latest = randomBytes(16).toString('base64url');
    this.rotateAt = later(now, ROTATION * 1000);
    this.shared?.keep(this.latest, 2 * ROTATION);
  }
}
