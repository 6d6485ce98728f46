import type { ClientMetadata } from 'oidc-provider';
import { PROGRAM } from '../../support/oidc-program.js';

/** The client that may introspect tokens. It obtains none itself. */
export const INTROSPECTING_CLIENT = 'api-service';

/** The programs that the identity provider knows. FOR DEMONSTRATION ONLY: their secrets are public. */
export const CLIENTS: ClientMetadata[] = [
  {
    ...PROGRAM,
    client_id: 'office',
    client_secret: 'office-demo-secret',
    grant_types: ['client_credentials'],
    scope: 'read write audit admin',
  },
  {
    ...PROGRAM,
    client_id: 'acme',
    client_secret: 'acme-demo-secret',
    grant_types: ['client_credentials'],
    scope: 'pay quote',
    // RFC 8705 §3: its tokens are valid only together with the certificate that it used when it obtained them.
    tls_client_certificate_bound_access_tokens: true,
  },
  { ...PROGRAM, client_id: INTROSPECTING_CLIENT, client_secret: 'api-service-demo-secret', grant_types: [] },
];
