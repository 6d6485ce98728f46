import { AuthGuard, KeycloakConnectModule, TokenValidation } from 'nest-keycloak-connect';

/** Offline validation, by the keys that the realm publishes. @type {import('./contender.js').Contender} */
export const keycloak = {
  name: 'nest-keycloak-connect, offline',
  algorithms: ['RS256'],
  protect({ issuer, audience }) {
    const [authServerUrl, realm] = issuer.split('/realms/');
    const options = {
      authServerUrl,
      realm,
      clientId: audience,
      secret: 'not used offline',
      verifyTokenAudience: true,
      tokenValidation: TokenValidation.OFFLINE,
      useNestLogger: false,
      logLevels: [],
    };
    return { imports: [KeycloakConnectModule.register(options)], providers: [AuthGuard], guard: AuthGuard };
  },
};
