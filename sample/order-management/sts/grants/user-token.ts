import type { ResourceServer, TokenEndpointGrantContext } from 'oidc-provider';

/** What a token about a user is going to be. */
export interface UserToken {
  /** The user. */
  readonly sub: string;
  /** What it lets its bearer do. */
  readonly scopes: readonly string[];
  /** What it is for: the URI of the resource, and what tokens for it look like. */
  readonly resource: readonly [uri: string, server: ResourceServer];
  /** How long it is good, in seconds. */
  readonly life: number;
  /** The grant that it belongs to, and by which it can be taken back. */
  readonly grantId: string;
}

/** A successful answer of the token endpoint. @see RFC 6749 §5.1 */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
}

/** Issues a token about a user to the client that asks. */
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

/** Keeps it that a user lets the client act, and gives the identifier under which it is kept. */
export async function grantTo({ oidc }: TokenEndpointGrantContext, sub: string): Promise<string> {
  const { Grant } = oidc.provider;
  return new Grant({ accountId: sub, clientId: oidc.client.clientId }).save();
}
