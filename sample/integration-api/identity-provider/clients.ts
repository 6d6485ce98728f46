import type { ClientMetadata } from 'oidc-provider';
import { PROGRAM } from '../../support/oidc-program.js';

/** The client that may ask about tokens. It gets none itself. */
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
    // RFC 8705 §3: its tokens are good only together with the certificate that it showed when it got them.
    tls_client_certificate_bound_access_tokens: true,
  },
  { ...PROGRAM, client_id: INTROSPECTING_CLIENT, client_secret: 'api-service-demo-secret', grant_types: [] },
];
