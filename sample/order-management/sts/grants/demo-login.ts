import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { findUser } from '../accounts.js';
import { FOR_GATEWAY, RESOURCES } from '../resources.js';
import { grantedScopes, required } from './parameters.js';
import { grantTo, issueUserToken } from './user-token.js';

/** The name of the grant. */
export const DEMO_LOGIN = 'urn:order-management:demo-login';

/** The parameters of a request. */
export const DEMO_LOGIN_PARAMETERS = ['username', 'scope'] as const;

const LIFE = 3600;

/**
 * Logs a user in by name only, and issues the opaque token that the gateway accepts. FOR DEMONSTRATION ONLY: it replaces the authorization code flow,
 * with its page, password and second factor in a browser.
 */
export async function demoLogin(context: TokenEndpointGrantContext): Promise<void> {
  const user = findUser(required(context, 'username'));
  if (user === undefined) throw new errors.InvalidGrant('unknown user');
  const scopes = grantedScopes(context, user.scopes);
  const grantId = await grantTo(context, user.id);
  context.body = await issueUserToken(context, {
    sub: user.id,
    scopes,
    resource: [RESOURCES.gateway, FOR_GATEWAY],
    life: LIFE,
    grantId,
  });
}
