import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { findUser } from '../accounts.js';
import { FOR_GATEWAY, RESOURCES } from '../resources.js';
import { grantedScopes, required } from './parameters.js';
import { grantTo, issueUserToken } from './user-token.js';

/** The name of the grant. */
export const DEMO_LOGIN = 'urn:order-management:demo-login';

/** What it reads of a request. */
export const DEMO_LOGIN_PARAMETERS = ['username', 'scope'] as const;

const LIFE = 3600;

/**
 * Logs a user in who merely says a name, and issues the opaque token that the gateway takes. FOR DEMONSTRATION ONLY: it stands for the page, the
 * password and the second factor that a browser would go through in the authorization code flow.
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
