import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';

/** The grant type of a token exchange. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** Lets a server exchange its own access tokens for others of the same user, which say who acts and for which audience. @see RFC 8693 */
export function addTokenExchange(provider: Provider): void {
  const exchange = async (context: KoaContextWithOIDC): Promise<void> => {
    const { params, client } = context.oidc;
    const incoming = await provider.AccessToken.find(String(params?.subject_token));
    if (incoming === undefined || params?.subject_token_type !== ACCESS_TOKEN) throw new errors.InvalidGrant('unknown subject token');
    const { accountId, grantId } = incoming;
    const token = new provider.AccessToken({
      client: client!,
      accountId,
      grantId: grantId!,
      gty: 'token_exchange',
      scope: String(params.scope),
      expiresIn: 300,
    });
    token.aud = String(params.audience);
    context.body = { access_token: await token.save(), issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', expires_in: 300 };
  };
  const parameters = ['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'scope'];
  provider.registerGrantType(TOKEN_EXCHANGE, exchange, parameters);
}
