import { type ClaimReader, type Claims, claimReader, isName } from './claims-reader.js';

/** The name that a value is; undefined if it cannot be one. */
export type NameOf = (value: unknown) => string | undefined;

/** Reads names out of claims, each once, in the order of the claims. */
export type NamesReader = (claims: Claims) => readonly string[];

/** A string that is not empty. */
const textName: NameOf = (value) => (isName(value) ? value : undefined);

/** The same, or a whole number from 0 to 2^53 - 1 as its decimal text: beyond it, two numbers of an issuer could become one name. */
const textOrNumberName: NameOf = (value) => {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  return textName(value);
};

/** How names are written: in strings, or with `numericNames` in numbers, too. */
export function nameRule(numericNames: boolean): NameOf {
  return numericNames ? textOrNumberName : textName;
}

/** Compiles a reader of scopes: the words of a string, the strings of a list. @see RFC 6749 §3.3 */
export function scopesReader(paths: readonly string[]): NamesReader {
  return united(paths, (value) => (typeof value === 'string' ? wordsOf(value) : membersOf(value, textName)));
}

/** Compiles a reader of roles or permissions: a string is one name, blanks included; a list has a name in each member. */
export function namesReader(paths: readonly string[], nameOf: NameOf): NamesReader {
  return united(paths, (value) => {
    const name = nameOf(value);
    return name === undefined ? membersOf(value, nameOf) : [name];
  });
}

/** The longest list in which comparing all names is cheaper than making a set of them. */
const SHORT = 16;
const NONE: readonly string[] = Object.freeze([]);

function united(paths: readonly string[], namesOf: (value: unknown) => readonly string[]): NamesReader {
  const readers = paths.map(claimReader);
  const [only, ...others] = readers;
  if (only === undefined) return () => NONE;
  return others.length === 0 ? (claims) => distinct(namesOf(only(claims))) : (claims) => distinct(unionOf(claims, readers, namesOf));
}

function unionOf(claims: Claims, readers: readonly ClaimReader[], namesOf: (value: unknown) => readonly string[]): string[] {
  return readers.flatMap((read) => namesOf(read(claims)));
}

function membersOf(value: unknown, nameOf: NameOf): readonly string[] {
  if (!Array.isArray(value)) return NONE;
  const names: string[] = [];
  for (const member of value) {
    const name = nameOf(member);
    if (name !== undefined) names.push(name);
  }
  return names;
}

function wordsOf(text: string): readonly string[] {
  const words = text.split(' ');
  return words.includes('') ? words.filter((word) => word !== '') : words;
}

/** Lists of names are mostly short and without repetitions: these need no copy. */
function distinct(names: readonly string[]): readonly string[] {
  return names.length <= SHORT && !hasRepetition(names) ? names : [...new Set(names)];
}

function hasRepetition(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index++) if (names.indexOf(names[index] as string) < index) return true;
  return false;
}
