import type { ClientMetadata } from 'oidc-provider';
import { PROGRAM } from '../../support/oidc-program.js';
import type { Settings } from '../settings.js';
import { DEMO_LOGIN } from './grants/demo-login.js';
import { PASSWORD } from './grants/password.js';
import { TOKEN_EXCHANGE } from './grants/token-exchange.js';

/** The application that users work with. FOR DEMONSTRATION ONLY: its secret is public. */
export const SHOP = { id: 'demo-client', secret: 'demo-client-secret' } as const;

/** The API gateway as a client of the STS: it introspects tokens and exchanges them. */
export const GATEWAY = 'api-gateway';

/** The clients of the STS. */
export function clientsOf({ gatewaySecret }: Settings): ClientMetadata[] {
  return [
    {
      ...PROGRAM,
      client_id: SHOP.id,
      client_secret: SHOP.secret,
      grant_types: ['client_credentials', DEMO_LOGIN, PASSWORD],
      scope: 'add_order',
    },
    { ...PROGRAM, client_id: GATEWAY, client_secret: gatewaySecret, grant_types: [TOKEN_EXCHANGE] },
  ];
}
