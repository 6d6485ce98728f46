/** Control and format characters (bidi overrides, zero widths), lone surrogates, and Unicode's own line ends. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A text that stays one line of a log and shows everything that is in it. What some logs take for the end of a line, some terminals
 * for a command, and what readers cannot see or read in the wrong order, is written as `\uXXXX`.
 */
export function oneLine(text: string): string {
  return text.replaceAll(UNSEEN, (character) => character.split('').map(escaped).join(''));
}

/** A text of several lines in which everything can be seen: as {@link oneLine}, line by line. */
export function visible(text: string): string {
  return text.split('\n').map(oneLine).join('\n');
}

/** A text of several lines for a log: as {@link visible}, and further lines are indented, so that none can pass for an entry of its own. */
export function logText(text: string): string {
  const [first = '', ...more] = visible(text).split('\n');
  return [first, ...more.map((line) => (line.startsWith(' ') ? line : `  ${line}`))].join('\n');
}

/** A value as JSON in one line, with everything in it to be seen. It never throws. */
export function quoted(value: unknown): string {
  try {
    return oneLine(JSON.stringify(value) ?? 'undefined');
  } catch {
    return '(cannot be written as JSON)';
  }
}

/** Words after a colon, for the end of a message; nothing where there are none. */
export function afterColon(words: string | undefined): string {
  return words === undefined ? '' : `: ${words}`;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
