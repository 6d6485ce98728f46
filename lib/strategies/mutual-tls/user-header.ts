import type { AuthRequest } from '../../http/auth-request.js';
import { countFields } from '../../http/header-field.js';
import { decodeUtf8 } from '../../utf8.js';
import { type Rejected, rejected } from '../strategy.js';
import { hasControlCharacter } from './certificate-username.js';

const SEVERAL = rejected('several_user_headers');
const MALFORMED = rejected('malformed_user_header');

/**
 * Takes the user's name out of the header.
 *
 * @param name - the field's name in lower case.
 * @returns undefined if there is no such header; a verdict if it does not hold exactly one name.
 */
export function readUserHeader({ headers, rawHeaders }: AuthRequest, name: string): string | Rejected | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  // Two header fields, or two that a proxy joined: one of them may come from the client.
  if (typeof value !== 'string' || value.includes(',') || countFields(rawHeaders, name) > 1) return SEVERAL;
  const user = textOfField(value);
  return user === undefined || userNameProblem(user) !== undefined ? MALFORMED : user;
}

/** Why a user header cannot carry a name; undefined if it can. An empty header is a mistake of the gateway, not a caller without a user. */
export function userNameProblem(name: string): string | undefined {
  if (name.includes('*')) return 'contains "*", which means every user only when it is the whole value';
  if (name.includes(',')) return 'contains a comma, which separates the values of several header fields';
  return name === '' || name.trim() !== name || hasControlCharacter(name)
    ? 'begins or ends with a blank, or has control characters'
    : undefined;
}

/** Node provides the bytes of a header as Latin-1. */
function textOfField(value: string): string | undefined {
  const octets = Buffer.from(value, 'latin1');
  return octets.toString('latin1') === value ? decodeUtf8(octets) : undefined;
}
