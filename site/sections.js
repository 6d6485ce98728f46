/** The sections of the site and of llms.txt, in order, with their pages. A page of docs/ must be in it: a test sees to that. */

/** @type {readonly { readonly title: string, readonly pages: readonly string[] }[]} */
export const SECTIONS = [
  { title: 'Start', pages: ['start'] },
  { title: 'Declare', pages: ['declaring', 'configuration'] },
  {
    title: 'Ways in',
    pages: ['jwt', 'oauth2-introspection', 'basic-file', 'basic-ldap', 'api-keys', 'mutual-tls', 'dpop', 'custom-strategies', 'enricher'],
  },
  { title: 'Requirements', pages: ['requirements', 'step-up', 'custom-authorizers'] },
  { title: 'Access rules', pages: ['access-control'] },
  { title: 'Transports', pages: ['graphql', 'websocket', 'rpc', 'mcp', 'resource-metadata'] },
  { title: 'Calling others', pages: ['outgoing'] },
  { title: 'Testing', pages: ['testing', 'openapi', 'recipes'] },
  { title: 'Operate', pages: ['policy', 'observing', 'files', 'deploying', 'many-instances', 'revocation', 'performance'] },
  {
    title: 'Providers',
    pages: [
      'providers/README',
      'providers/adfs',
      'providers/auth0',
      'providers/clerk',
      'providers/cognito',
      'providers/entra',
      'providers/entra-app-only',
      'providers/entra-multi-tenant',
      'providers/firebase',
      'providers/github-actions',
      'providers/google',
      'providers/keycloak',
      'providers/kubernetes',
      'providers/logto',
      'providers/okta',
      'providers/sap-ias',
      'providers/sap-xsuaa',
      'providers/supabase',
      'providers/wso2-identity-server',
      'providers/zitadel',
    ],
  },
  { title: 'Migrate', pages: ['from-passport', 'from-keycloak-connect', 'from-express-jwt', 'from-ballerina-and-wso2', 'differences'] },
  { title: 'Errors', pages: ['errors'] },
];
