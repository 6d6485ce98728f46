/**
 * A value as JSON that stays one line and shows everything that is in it: JSON itself leaves alone what some logs take for the end of
 * a line, some terminals for a command, and what readers cannot see or read in the wrong order.
 */
export function quoted(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => character.split('').map(escaped).join(''));
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
