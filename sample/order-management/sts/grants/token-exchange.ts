import { type AccessToken, errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { AUDIENCES, FOR_ORDERS, RESOURCES } from '../resources.js';
import { grantedScopes, parameter, required } from './parameters.js';
import { issueUserToken } from './user-token.js';

/** The name of the grant. @see RFC 8693 §2.1 */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** The parameters of a request. */
export const TOKEN_EXCHANGE_PARAMETERS = [
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'actor_token',
  'audience',
  'scope',
] as const;

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/** The longest lifetime of an exchanged token, in seconds. It is short because such a token cannot be revoked. */
const LIFE = 300;

/** Issues a short-lived JWT for the order service to the gateway, in exchange for the opaque token of a user. @see RFC 8693 */
export async function tokenExchange(context: TokenEndpointGrantContext): Promise<void> {
  checkRequest(context);
  const subject = await subjectOf(context);
  const scopes = grantedScopes(context, [...subject.scopes]);
  const answer = await issueUserToken(context, {
    sub: subject.accountId,
    scopes,
    resource: [RESOURCES.orders, FOR_ORDERS],
    // The new token must not be valid for longer than the one that it was exchanged for.
    life: Math.min(LIFE, subject.remainingTTL),
    grantId: subject.grantId,
  });
  // RFC 8693 §2.2.1
  context.body = { ...answer, issued_token_type: parameter(context, 'requested_token_type') ?? ACCESS_TOKEN };
}

function checkRequest(context: TokenEndpointGrantContext): void {
  if (required(context, 'subject_token_type') !== ACCESS_TOKEN)
    throw new errors.InvalidRequest('subject_token_type must be an access token');
  if (![ACCESS_TOKEN, JWT].includes(parameter(context, 'requested_token_type') ?? JWT))
    throw new errors.InvalidRequest('requested_token_type must be an access token or a JWT');
  if (parameter(context, 'actor_token') !== undefined) throw new errors.InvalidRequest('actor_token is not supported');
  if ((parameter(context, 'audience') ?? AUDIENCES.orders) !== AUDIENCES.orders) throw new errors.InvalidTarget();
}

/** Finds the user's token in the store. A token of another issuer, an expired one and a revoked one are not in it. */
async function subjectOf(context: TokenEndpointGrantContext): Promise<AccessToken> {
  const { AccessToken, Grant } = context.oidc.provider;
  const token = await AccessToken.find(required(context, 'subject_token'));
  if (token?.aud !== AUDIENCES.gateway) throw new errors.InvalidGrant('not a token for the gateway');
  if ((await Grant.find(token.grantId)) === undefined) throw new errors.InvalidGrant('taken back');
  return token;
}
