/** What cannot stand for itself in the value of a filter. @see RFC 4515 §3 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is one of the characters that must be escaped
const SPECIAL = /[\\*()\x00]/g;

/** Writes `value` so that it stands for itself in a search filter. @see RFC 4515 §3 */
export function escapeFilterValue(value: string): string {
  return value.replaceAll(SPECIAL, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Puts a user name where the filter has a `?`. */
export function filterForUser(template: string, username: string): string {
  const escaped = escapeFilterValue(username);
  // A function, because a replacement text has a syntax of its own: `$&` in a user name would be the match.
  return template.replaceAll('?', () => escaped);
}

/** The filter for the groups that `member` belongs to. */
export function filterForGroups(listFilter: string, membershipAttribute: string, member: string): string {
  return `(&${listFilter}(${membershipAttribute}=${escapeFilterValue(member)}))`;
}
