import { type CharSet, contains } from './char-set.js';

const ASCII = 128;
const MOST_CLASSES = 255;

/** Classes of characters that some sets do not distinguish, as numbers from 0. */
export class CharClasses {
  /** One character of each class. */
  readonly examples: readonly number[];
  /** Where one class may end and another begin, and the class that begins there. */
  readonly borders: readonly number[];
  private readonly classes: Uint8Array;
  private readonly ascii: Uint8Array;

  private readonly members = new Map<CharSet, Uint8Array>();

  constructor(sets: readonly CharSet[]) {
    const borders = new Set([0, ...sets.flatMap((set) => set.flatMap(([first, last]) => [first, last + 1]))]);
    this.borders = [...borders].filter((border) => border <= 0xffff).sort((a, b) => a - b);
    const members = new Map<string, number>();
    const examples: number[] = [];
    this.classes = Uint8Array.from(this.borders, (border, index) => {
      const key = sets.map((set) => Number(contains(set, border))).join('');
      const known = members.get(key) ?? members.size;
      members.set(key, known);
      examples[known] = readable(examples[known], border, (this.borders[index + 1] ?? 0x1_0000) - 1);
      return known;
    });
    if (members.size > MOST_CLASSES) throw new RangeError('There are too many classes of characters.');
    this.examples = examples;
    this.ascii = Uint8Array.from({ length: ASCII }, (_, code) => this.search(code));
  }

  /** How many there are. */
  get size(): number {
    return this.examples.length;
  }

  /** For each class, whether it is in `set`: 1 or 0. */
  readonly membersOf = (set: CharSet): Uint8Array => {
    const known = this.members.get(set) ?? Uint8Array.from(this.examples, (code) => Number(contains(set, code)));
    this.members.set(set, known);
    return known;
  };

  /** The class of a character. */
  of(code: number): number {
    return code < ASCII ? (this.ascii[code] ?? 0) : this.search(code);
  }

  private search(code: number): number {
    let low = 0;
    let high = this.borders.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.borders[middle] ?? 0) <= code) low = middle;
      else high = middle - 1;
    }
    return this.classes[low] ?? 0;
  }
}

const X = 0x78;

/** Characters that are shown in a message, if they may be. */
export const DIGITS_AND_LETTERS: readonly number[] = [X, 0x37, 0x30, 0x41, 0x61];

/** The example of a class, which may be shown in a message: a letter or a digit, if there is one. */
function readable(known: number | undefined, first: number, last: number): number {
  if (known !== undefined && isWord(known)) return known;
  return DIGITS_AND_LETTERS.find((code) => first <= code && code <= last) ?? known ?? first;
}

function isWord(code: number): boolean {
  return /\w/.test(String.fromCharCode(code));
}
