const LETTER = String.raw`[^/\\%\x00-\x1f\x7f]`;
const LETTER_BUT_A_DOT = String.raw`[^/\\%.\x00-\x1f\x7f]`;

/**
 * The paths that rules are checked against, as a regular expression for the whole path: decoded and normalized, as `normalizedPath` gives them,
 * and without a slash at the end, as `canonicalPath` does.
 */
export const ACCEPTED_PATH = `/|(?:/${LETTER}*${LETTER_BUT_A_DOT}${LETTER}*)+`;
