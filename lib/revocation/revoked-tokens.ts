import { type Clock, SYSTEM_CLOCK } from '../clock.js';
import type { Principal } from '../principal.js';
import { digestOf, type RevocationEntry } from './revocation-entry.js';

/** The digests of what a token says of itself. */
interface Marks {
  readonly jti: string | undefined;
  readonly sid: string | undefined;
  readonly sub: string | undefined;
  readonly iss: string | undefined;
  /** In seconds since the epoch; undefined where the token does not say it. */
  readonly issuedAt: number | undefined;
}

type Subject = RevocationEntry['about'];

/** The revocations that this process knows. An entry stays until its end, also if the shared state fails. */
export class RevokedTokens {
  private readonly entries: Readonly<Record<Subject, Map<string, RevocationEntry[]>>> = { jti: new Map(), sid: new Map(), sub: new Map() };
  /** A remembered verdict has the same principal again: its digests are made once. */
  private readonly marks = new WeakMap<Principal, Marks>();

  constructor(private readonly clock: Clock = SYSTEM_CLOCK) {}

  /** Every revocation; some may have ended. */
  get all(): RevocationEntry[] {
    return Object.values(this.entries).flatMap((map) => [...map.values()].flat());
  }

  /** Adds an entry. Returns whether it is new. */
  add(entry: RevocationEntry): boolean {
    if (entry.end <= this.now()) return false;
    const map = this.entries[entry.about];
    const known = map.get(entry.value) ?? [];
    if (known.some((each) => covers(each, entry))) return false;
    map.set(entry.value, [...known.filter((each) => !covers(entry, each)), entry]);
    return true;
  }

  /** Whether the token of a caller is revoked. A caller without a token is not. */
  has(principal: Principal): boolean {
    const { jti, sid, sub } = this.entries;
    if (Math.max(jti.size, sid.size, sub.size) === 0) return false;
    const marks = this.marksOf(principal);
    return this.holds('jti', marks.jti, marks) || this.holds('sid', marks.sid, marks) || this.holds('sub', marks.sub, marks);
  }

  /** Whether a caller has a token that could be revoked. */
  couldHave(principal: Principal): boolean {
    const { jti, sid, sub } = this.marksOf(principal);
    return jti !== undefined || sid !== undefined || sub !== undefined;
  }

  /** Forgets what has ended. */
  sweep(): void {
    const now = this.now();
    for (const map of Object.values(this.entries)) {
      for (const [value, known] of map) {
        const left = known.filter(({ end }) => end > now);
        if (left.length === 0) map.delete(value);
        else map.set(value, left);
      }
    }
  }

  private holds(about: Subject, value: string | undefined, marks: Marks): boolean {
    return this.entries[about].get(value ?? '')?.some((entry) => isMeant(entry, marks)) === true;
  }

  private marksOf(principal: Principal): Marks {
    const known = this.marks.get(principal);
    if (known !== undefined) return known;
    const { jti, sid, sub, iss, iat } = principal.claims ?? {};
    const issuedAt = Number.isFinite(iat) ? Number(iat) : undefined;
    const marks = { jti: markOf('jti', jti), sid: markOf('sid', sid), sub: markOf('sub', sub), iss: markOf('iss', iss), issuedAt };
    this.marks.set(principal, marks);
    return marks;
  }

  private now(): number {
    return this.clock.wall() / 1000;
  }
}

/** A token that does not name its issuer, or when it was issued, may be one that is meant. */
function isMeant({ issuer, before }: RevocationEntry, { iss, issuedAt }: Marks): boolean {
  if (issuer !== undefined && iss !== undefined && iss !== issuer) return false;
  return before === undefined || issuedAt === undefined || issuedAt < before;
}

/** Some issuers number their subjects. */
function markOf(claim: string, value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? digestOf(claim, String(value)) : undefined;
}

/** Whether one entry refuses, for as long, all that another one would. */
function covers(one: RevocationEntry, other: RevocationEntry): boolean {
  return one.issuer === other.issuer && one.end >= other.end && (one.before ?? 0) >= (other.before ?? 0);
}
