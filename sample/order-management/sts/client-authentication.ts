import { type Account, DEMO_CLIENT } from './demo-accounts.js';
import { findAccount } from './find-account.js';
import { OAuthError } from './oauth-error.js';

const BASIC = /^Basic +([A-Za-z0-9+/]+=*)$/i;

/**
 * Finds the client that an `Authorization` header names (`client_secret_basic`).
 *
 * @throws OAuthError if there is none.
 * @see RFC 6749 §2.3.1
 */
export function authenticateClient(authorization: string | undefined): Account {
  const credentials = Buffer.from(BASIC.exec(authorization ?? '')?.[1] ?? '', 'base64').toString();
  const [, name = '', secret = ''] = /^([^:]*):(.*)$/s.exec(credentials) ?? [];
  const client = findAccount([DEMO_CLIENT], decode(name), decode(secret));
  if (client === undefined) throw new OAuthError('invalid_client', 'Unknown client, or a wrong secret');
  return client;
}

/** OAuth encodes both as in a form before they are put together. A broken encoding names nobody. */
function decode(text: string): string {
  return new URLSearchParams(`value=${text.replaceAll('&', '%26')}`).get('value') ?? '';
}
