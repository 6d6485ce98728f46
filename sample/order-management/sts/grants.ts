import { type Account, DEMO_USERS } from './demo-accounts.js';
import { findAccount } from './find-account.js';
import { OAuthError } from './oauth-error.js';
import { type Form, field, requiredField } from './token-request.js';

/** Whom a token is about, and what it lets its bearer do. */
export interface Grant {
  readonly subject: string;
  readonly scopes: readonly string[];
}

/**
 * Works out what a client is granted.
 *
 * @throws OAuthError if it asks for what it cannot have.
 */
export function grant(client: Account, form: Form): Grant {
  const owner = ownerOf(client, form);
  return { subject: owner.name, scopes: grantedScopes(owner, field(form, 'scope')) };
}

/** The password grant is here because it needs no browser. OAuth has given it up (RFC 9700 §2.4): do not imitate it. */
function ownerOf(client: Account, form: Form): Account {
  const type = requiredField(form, 'grant_type');
  if (type === 'client_credentials') return client;
  if (type === 'password') return userOf(form);
  throw new OAuthError('unsupported_grant_type', 'grant_type must be client_credentials or password');
}

function userOf(form: Form): Account {
  const user = findAccount(DEMO_USERS, requiredField(form, 'username'), requiredField(form, 'password'));
  if (user === undefined) throw new OAuthError('invalid_grant', 'Unknown user, or a wrong password');
  return user;
}

function grantedScopes({ scopes }: Account, asked: string | undefined): readonly string[] {
  if (asked === undefined) return scopes;
  const wanted = [...new Set(asked.split(' '))];
  if (!wanted.every((scope) => scopes.includes(scope))) throw new OAuthError('invalid_scope', `scope may be: ${scopes.join(' ')}`);
  return wanted;
}
