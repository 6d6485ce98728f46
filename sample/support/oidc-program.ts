import type { ClientMetadata } from 'oidc-provider';

/** What every client of the samples is: a program with a secret, which never shows anybody a page. */
export const PROGRAM = {
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_basic',
} as const satisfies Partial<ClientMetadata>;
