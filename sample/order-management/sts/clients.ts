import type { ClientMetadata } from 'oidc-provider';
import { PROGRAM } from '../../support/oidc-program.js';
import type { Settings } from '../settings.js';
import { DEMO_LOGIN } from './grants/demo-login.js';
import { PASSWORD } from './grants/password.js';
import { TOKEN_EXCHANGE } from './grants/token-exchange.js';

/** The application in front of the users. FOR DEMONSTRATION ONLY: its secret is public. */
export const SHOP = { id: 'demo-client', secret: 'demo-client-secret' } as const;

/** The API gateway, as the STS knows it: it asks about tokens, and exchanges them. */
export const GATEWAY = 'api-gateway';

/** The programs that the STS knows. */
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
