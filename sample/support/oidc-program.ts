import type { ClientMetadata } from 'oidc-provider';

/** The metadata that all clients of the samples share: each is a program with a secret, and shows no pages. */
export const PROGRAM = {
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_basic',
} as const satisfies Partial<ClientMetadata>;
