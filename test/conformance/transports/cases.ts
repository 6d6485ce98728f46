import { CASES, type DeclarativeCases } from '../http-listener/cases.js';

type Json = Readonly<Record<string, unknown>>;

/** A call of a service, and how Ballerina answers it in terms of HTTP; `ours` where we answer otherwise on purpose. */
export interface TransportCase {
  readonly id: string;
  readonly service: string;
  /** The name of a token or a user; null for a call without credentials. */
  readonly credentials: string | null;
  readonly status: 200 | 401 | 403;
  readonly ours?: 401;
}

const introspection = { oauth2IntrospectionConfig: { tokenTypeHint: 'access_token', scopeKey: 'scp' } };
const file = { fileUserStoreConfig: {} };
const scopes = ['write', 'update'];
const jwt = (config: Json) => ({ jwtValidatorConfig: { issuer: 'wso2', audience: 'ballerina', ...config } });
const mixed = [jwt({ scopeKey: 'scope' }), introspection, file, { ldapUserStoreConfig: {} }];

/** The declarations of the services; false for one that is open. */
export const SERVICES: Readonly<Record<string, readonly Json[] | false>> = {
  noAuth: false,
  basicAuth: [{ ...file, scopes }],
  jwtAuth: [{ ...jwt({ scopeKey: 'scp' }), scopes }],
  oauth2: [{ ...introspection, scopes }],
  multipleAuth: [introspection, file, jwt({ scopeKey: 'scp' })].map((each) => ({ ...each, scopes })),
  noScopes: [jwt({})],
  issuerOfThreeAudiences: [
    { ...jwt({ issuer: 'ballerina', audience: ['ballerina', 'ballerina.org', 'ballerina.io'], scopeKey: 'scp' }), scopes },
  ],
  oneScope: mixed.map((each) => ({ ...each, scopes: 'ldapUserStoreConfig' in each ? 'developer' : 'write' })),
  emptyScope: mixed,
};

const header = { alg: 'RS256' };
const audiences = ['ballerina', 'ballerina.org', 'ballerina.io'];
const token = (payload: Json) => ({ header, payload: { exp: 'now+300', ...payload } });
const issued = (payload: Json) => token({ sub: 'admin', iss: 'wso2', aud: ['ballerina'], ...payload });

/** Everything that callers have: what the listener of HTTP has, and what these modules issue themselves. */
export const CREDENTIALS: DeclarativeCases = {
  ...CASES,
  tokens: {
    ...CASES.tokens,
    'of ballerina, write': token({ sub: 'wso2', iss: 'ballerina', aud: audiences, scp: 'write' }),
    'of ballerina, read': token({ sub: 'wso2', iss: 'ballerina', aud: audiences, scp: 'read' }),
    'of wso2 for three': token({ sub: 'wso2', iss: 'wso2', aud: audiences, scp: 'write' }),
    'scope write': issued({ scope: 'write' }),
    'scope read': issued({ scope: 'read' }),
    'no scope': issued({}),
  },
};

type Row = readonly [service: string, credentials: string | null, status: TransportCase['status'], ours?: 401];

/** By the module whose tests they are, and the name of the test. */
const ROWS: Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>> = {
  graphql: {
    testNoAuthServiceSuccess: [
      ['noAuth', 'JWT1', 200],
      ['noAuth', 'JWT_NOW', 200],
    ],
    testBasicAuthServiceAuthSuccess: [['basicAuth', 'user alice', 200]],
    testBasicAuthServiceAuthzFailure: [['basicAuth', 'user bob', 403]],
    testBasicAuthServiceAuthnFailure: [
      ['basicAuth', 'user peter', 401],
      ['basicAuth', null, 401],
    ],
    testJwtAuthServiceAuthSuccess: [
      ['jwtAuth', 'JWT1', 200],
      ['jwtAuth', 'JWT_NOW', 200],
    ],
    testJwtAuthServiceAuthzFailure: [['jwtAuth', 'JWT2', 403]],
    testJwtAuthServiceAuthnFailure: [
      ['jwtAuth', 'JWT3', 401],
      ['jwtAuth', null, 401],
    ],
    testOAuth2ServiceAuthSuccess: [
      ['oauth2', 'ACCESS_TOKEN_1', 200, 401],
      ['oauth2', 'ACCESS_TOKEN_1 (not expired)', 200],
    ],
    testOAuth2ServiceAuthzFailure: [
      ['oauth2', 'ACCESS_TOKEN_2', 403, 401],
      ['oauth2', 'ACCESS_TOKEN_2 (not expired)', 403],
    ],
    testOAuth2ServiceAuthnFailure: [
      ['oauth2', 'ACCESS_TOKEN_3', 401],
      ['oauth2', null, 401],
    ],
    testMultipleServiceAuthSuccess: [
      ['multipleAuth', 'JWT1', 200],
      ['multipleAuth', 'JWT_NOW', 200],
    ],
    testMultipleServiceAuthzFailure: [['multipleAuth', 'JWT2', 403]],
    testMultipleServiceAuthnFailure: [
      ['multipleAuth', 'JWT3', 401],
      ['multipleAuth', null, 401],
    ],
    testServiceAuthWithoutScopesAuthSuccess: [
      ['noScopes', 'JWT1', 200],
      ['noScopes', 'JWT2', 200],
      ['noScopes', 'JWT_NOW', 200],
    ],
    testServiceAuthWithoutScopesAuthnFailure: [
      ['noScopes', 'JWT3', 401],
      ['noScopes', null, 401],
    ],
  },
  websocket: {
    testBasicAuthServiceAuthSuccess: [['basicAuth', 'user alice', 200]],
    testBasicAuthServiceAuthzFailure: [['basicAuth', 'user bob', 403]],
    testBasicAuthServiceAuthnFailure: [['basicAuth', 'user peter', 401]],
    testJwtAuthServiceAuthSuccess: [['issuerOfThreeAudiences', 'of ballerina, write', 200]],
    testJwtAuthServiceAuthzFailure: [['issuerOfThreeAudiences', 'of ballerina, read', 403]],
    testJwtAuthServiceAuthnFailure: [['issuerOfThreeAudiences', 'of wso2 for three', 401]],
    testOAuth2GrantAuthSuccess: [['oauth2', 'ACCESS_TOKEN_1 (not expired)', 200]],
  },
  grpc: {
    testHello55JWTAuth: [['oneScope', 'scope write', 200]],
    testHello55JWTAuthUnauthenticated: [['oneScope', 'empty bearer', 401]],
    testHello55JWTAuthInvalidPermission: [['oneScope', 'scope read', 403]],
    testHello55LdapAuth: [['oneScope', 'user alice (ldap)', 200]],
    testHello55BasicAuth: [['oneScope', 'user alice', 200]],
    testHello55OAuth2Auth: [['oneScope', 'ACCESS_TOKEN_1 (not expired)', 200]],
    testHello55JWTAuthWithEmptyScope: [['emptyScope', 'no scope', 200]],
    testHello55LdapAuthWithEmptyScope: [['emptyScope', 'user alice (ldap)', 200]],
    testHello55BasicAuthWithEmptyScope: [['emptyScope', 'user alice', 200]],
    testHello55OAuth2AuthWithEmptyScope: [['emptyScope', 'ACCESS_TOKEN_1 (not expired)', 200]],
    testHello55EmptyAuthHeader: [['emptyScope', null, 401]],
  },
};

/** The tests of Ballerina's GraphQL, WebSocket and gRPC modules. */
export const TRANSPORT_CASES: readonly TransportCase[] = Object.entries(ROWS).flatMap(([module, tests]) =>
  Object.entries(tests).flatMap(([test, rows]) =>
    rows.map(([service, credentials, status, ours], index) => ({
      ...{ id: `${module} ${test}-${index + 1}`, service, credentials, status },
      ...(ours !== undefined && { ours }),
    })),
  ),
);
