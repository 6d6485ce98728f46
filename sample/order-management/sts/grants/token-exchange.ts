import { type AccessToken, errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { AUDIENCES, FOR_ORDERS, RESOURCES } from '../resources.js';
import { grantedScopes, parameter, required } from './parameters.js';
import { issueUserToken } from './user-token.js';

/** The name of the grant. @see RFC 8693 §2.1 */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** What it reads of a request. */
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

/** How long an exchanged token is good at most, in seconds: nobody can take it back. */
const LIFE = 300;

/** Gives the gateway a short-lived JWT for the order service, in exchange for the opaque token of a user. @see RFC 8693 */
export async function tokenExchange(context: TokenEndpointGrantContext): Promise<void> {
  checkRequest(context);
  const subject = await subjectOf(context);
  const scopes = grantedScopes(context, [...subject.scopes]);
  const answer = await issueUserToken(context, {
    sub: subject.accountId,
    scopes,
    resource: [RESOURCES.orders, FOR_ORDERS],
    // What was derived from a token must not outlive it.
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

/** The user's token, as it is stored here: one that this STS did not issue, that has expired or was taken back, is not. */
async function subjectOf(context: TokenEndpointGrantContext): Promise<AccessToken> {
  const { AccessToken, Grant } = context.oidc.provider;
  const token = await AccessToken.find(required(context, 'subject_token'));
  if (token?.aud !== AUDIENCES.gateway) throw new errors.InvalidGrant('not a token for the gateway');
  if ((await Grant.find(token.grantId)) === undefined) throw new errors.InvalidGrant('taken back');
  return token;
}
