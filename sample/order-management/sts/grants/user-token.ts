import type { ResourceServer, TokenEndpointGrantContext } from 'oidc-provider';

/** The content of a token for a user. */
export interface UserToken {
  /** The user. */
  readonly sub: string;
  /** Its scopes. */
  readonly scopes: readonly string[];
  /** Its resource: the URI, and the format of tokens for it. */
  readonly resource: readonly [uri: string, server: ResourceServer];
  /** Its lifetime in seconds. */
  readonly life: number;
  /** The grant to which it belongs. Revoking the grant revokes the token. */
  readonly grantId: string;
}

/** A successful answer of the token endpoint. @see RFC 6749 §5.1 */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
}

/** Issues a token for a user to the requesting client. */
export async function issueUserToken({ oidc }: TokenEndpointGrantContext, token: UserToken): Promise<TokenAnswer> {
  const { AccessToken, ResourceServer } = oidc.provider;
  const { sub, scopes, resource, life, grantId } = token;
  const issued = new AccessToken({
    accountId: sub,
    client: oidc.client,
    gty: oidc.params.grant_type,
    resourceServer: new ResourceServer(...resource),
    expiresIn: life,
    scope: scopes.join(' '),
    grantId,
  });
  oidc.entity('AccessToken', issued);
  return { access_token: await issued.save(), token_type: issued.tokenType, expires_in: life, scope: scopes.join(' ') };
}

/** Stores that the client may act for a user, and returns the identifier of the grant. */
export async function grantTo({ oidc }: TokenEndpointGrantContext, sub: string): Promise<string> {
  const { Grant } = oidc.provider;
  return new Grant({ accountId: sub, clientId: oidc.client.clientId }).save();
}
