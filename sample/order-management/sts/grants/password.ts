import { createHash, timingSafeEqual } from 'node:crypto';
import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { findUser, type User } from '../accounts.js';
import { FOR_ORDERS, RESOURCES } from '../resources.js';
import { grantedScopes, required } from './parameters.js';
import { grantTo, issueUserToken } from './user-token.js';

/** The name of the grant. */
export const PASSWORD = 'password';

/** The parameters of a request. */
export const PASSWORD_PARAMETERS = ['username', 'password', 'scope'] as const;

const LIFE = 3600;

/**
 * Issues a JWT like those of the guide, for the order service, in exchange for a user's password. It is here because it needs neither a browser nor the
 * gateway. OAuth has given this grant up (RFC 9700 §2.4): do not use it.
 */
export async function passwordGrant(context: TokenEndpointGrantContext): Promise<void> {
  const { id, scopes } = userOf(required(context, 'username'), required(context, 'password'));
  const granted = grantedScopes(context, scopes);
  const grantId = await grantTo(context, id);
  context.body = await issueUserToken(context, {
    sub: id,
    scopes: granted,
    resource: [RESOURCES.orders, FOR_ORDERS],
    life: LIFE,
    grantId,
  });
}

function userOf(name: string, password: string): User {
  const user = findUser(name);
  if (user?.password === undefined || !isEqual(user.password, password)) throw new errors.InvalidGrant('unknown user, or a wrong password');
  return user;
}

/** Compares passwords in constant time. It compares hashes, because their lengths are equal. */
function isEqual(a: string, b: string): boolean {
  const [hashA, hashB] = [a, b].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(hashA, hashB);
}
