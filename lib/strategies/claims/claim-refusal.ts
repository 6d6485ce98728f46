import { describeMismatch } from '../../config/schema.js';
import { quoted } from '../../operator/log-text.js';
import type { Claims } from './claims-reader.js';

/** Why the claims of a verified token refuse it. The text is made when it is read. */
export interface ClaimRefusal {
  /** A stable code in snake case. */
  readonly reason: string;
  /** What was expected and what came, for every log. */
  readonly detail?: () => string;
  /** The same with values that say who the caller is, for explanations. */
  readonly explanation?: () => string;
}

/** The longest value that is shown whole, in characters; of a list, as many members. */
const MAX_LENGTH = 200;
const MAX_MEMBERS = 10;

/** A claim's value for a log: JSON in one line, shortened. */
export function shown(value: unknown): string {
  const text = quoted(Array.isArray(value) ? value.slice(0, MAX_MEMBERS).map(shortened) : shortened(value));
  const more = Array.isArray(value) && value.length > MAX_MEMBERS ? ` and ${value.length - MAX_MEMBERS} more` : '';
  return `${text.length > 2 * MAX_LENGTH ? `${text.slice(0, 2 * MAX_LENGTH)}…` : text}${more}`;
}

function shortened(value: unknown): unknown {
  return typeof value === 'string' && value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}…` : value;
}

/** `iss must be "https://sts.example", not "https://sts.example/"` */
export function mustBe(claim: string, expected: string, came: unknown): string {
  return came === undefined ? `${claim} must be ${expected}, but is missing` : `${claim} must be ${expected}, not ${shown(came)}`;
}

/** What an `iss` must be, and what it is. */
export function issuerWords(came: unknown, expected: string): string {
  return mustBe('iss', shown(expected), came);
}

/** What an `aud` must name, and what it names. */
export function audienceWords(came: unknown, expected: readonly string[]): string {
  const named = expected.length === 1 ? shown(expected[0]) : `one of ${shown(expected)}`;
  return came === undefined ? `aud must name ${named}, but is missing` : `aud must name ${named}, not ${shown(came)}`;
}

/** The times of a token in words. @param now - in seconds since the epoch. */
export function timesInWords(claims: Claims, now: number): string {
  const times = ['exp', 'nbf', 'iat']
    .filter((name) => Object.hasOwn(claims, name))
    .map((name) => `${name} is ${timeInWords(claims[name])}`);
  return [...times, `the time is ${timeInWords(Math.floor(now))}`].join(', ');
}

function timeInWords(seconds: unknown): string {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? shown(seconds) : `${String(seconds)} (${date.toISOString()})`;
}

/** The refusal of a token whose claim should name the caller and does not. The text always has the kind of the value, and the value itself in explanations only. */
export function noName(claim: string, came: unknown, numericNames: boolean): ClaimRefusal {
  const detail = () => noNameWords(claim, came, numericNames);
  return { reason: 'malformed_subject', detail, explanation: () => `${detail()}${came === undefined ? '' : ` (${shown(came)} came)`}` };
}

function noNameWords(claim: string, came: unknown, numericNames: boolean): string {
  const expected = `a string that is not empty${numericNames ? ' or a whole number from 0 to 2^53 - 1' : ''}`;
  if (came === undefined) return `${claim} must be ${expected}, but is missing`;
  if (came === '') return `${claim} must be ${expected}, but is empty`;
  if (typeof came === 'number' && numericNames) return `${claim} must be ${expected}, not another number`;
  const cure = typeof came === 'number' ? '. To accept whole numbers as names, set numericNames: true' : '';
  return `${claim} ${describeMismatch(expected, came)}${cure}`;
}
