import { OAuthError } from './oauth-error.js';

/** A form, as the body parser hands it out: a field that was sent twice is a list. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Reads one field of a token request; an empty one counts as missing.
 *
 * @throws OAuthError if it was sent more than once.
 * @see RFC 6749 §3.2
 */
export function field(form: Form, name: string): string | undefined {
  const value = form[name];
  if (value !== undefined && typeof value !== 'string') throw new OAuthError('invalid_request', `${name} must be sent once`);
  return value === '' ? undefined : value;
}

/** Reads a field that must be there. @throws OAuthError if it is not. */
export function requiredField(form: Form, name: string): string {
  const value = field(form, name);
  if (value === undefined) throw new OAuthError('invalid_request', `${name} is missing`);
  return value;
}
