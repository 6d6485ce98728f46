/** What may distinguish no two users of a directory: blanks, hyphens, dots, marks on letters, invisible characters. */
const UNTOLD = /[^\p{L}\p{N}]/gu;

/**
 * One text for all spellings that a directory may take for the same name: each of them would have guesses of its own. It is coarser
 * than any one directory's rule, because a name that is unknown must be counted as one that is known. Upper case comes last, in which
 * a sharp s is two letters.
 *
 * @see RFC 4518 §2
 */
export function foldedName(username: string): string {
  const folded = username.normalize('NFKD').toLowerCase().toUpperCase().normalize('NFKD');
  return folded.replace(UNTOLD, '') || folded;
}
