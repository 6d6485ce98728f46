import * as z from 'zod';
import { chosen, fields, optional, seconds, text, textOrTexts } from '../config/schema.js';
import { cacheConfig } from '../memory/cache-config.js';
import {
  authServerFields,
  CERTIFICATE_NEEDED,
  chosenByMethod,
  directAuthSchemas,
  hasCertificateForAuth,
  parametersExcept,
} from '../oauth/client-auth.config.js';
import { hasAuthorization } from '../outgoing/client-config.js';
import type {
  GrantConfig,
  OAuth2ClientCredentialsGrantConfig,
  OAuth2JwtBearerGrantConfig,
  OAuth2RefreshTokenGrantConfig,
  OAuth2TokenExchangeGrantConfig,
} from './grant.config.js';
import { type JwtIssuerConfig, jwtIssuerConfig } from './jwt-issuer.config.js';

/** Parameters that have fields of their own. */
const RESERVED = ['grant_type', 'scope', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

const tokenClientConfig = fields(() => ({
  ...authServerFields(),
  auth: optional(chosenByMethod(directAuthSchemas)),
})).refine(hasCertificateForAuth, CERTIFICATE_NEEDED);

/** The fields that all grants have, and the parameters that only this one writes. */
function grantFields(parameters: readonly string[] = []) {
  return {
    issuer: optional(text),
    clientId: optional(text),
    clientSecret: optional(text),
    credentialBearer: optional(z.enum(['AUTH_HEADER_BEARER', 'POST_BODY_BEARER'])),
    dpop: optional(z.boolean()),
    scopes: optional(textOrTexts),
    optionalParams: optional(parametersExcept(new Set([...RESERVED, ...parameters]))),
    defaultTokenExpTime: optional(seconds),
    clockSkew: optional(seconds),
    clientConfig: optional(tokenClientConfig),
  };
}

/** What a grant needs at the token endpoint: a client with a secret, a client, or no identification. */
type Who = 'a client with its secret' | 'a client' | 'none';

/** The URL of the token endpoint, as grants call it. */
interface EndpointUrl {
  readonly tokenUrl?: string;
  readonly refreshUrl?: string;
}

type Mistake = readonly [path: readonly string[], message: string];

/** Checks that the client is identified to the token endpoint in exactly one way. */
function identified(who: Who) {
  return (given: GrantConfig & EndpointUrl, context: z.core.$RefinementCtx): void => {
    if (given.issuer !== undefined && (given.tokenUrl ?? given.refreshUrl) !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['issuer'],
        message: 'has no effect with the URL of the token endpoint: omit one of them',
      });
    const mistake = given.clientConfig?.auth === undefined ? mistakeInSecret(given, who) : mistakeBesideAuth(given);
    if (mistake !== undefined) context.addIssue({ code: 'custom', path: [...mistake[0]], message: mistake[1] });
  };
}

function mistakeBesideAuth({ clientId, clientSecret }: GrantConfig): Mistake | undefined {
  if (clientId === undefined && clientSecret === undefined) return undefined;
  return [['clientConfig', 'auth'], 'identifies the client, and so does clientId: leave one of them out'];
}

function mistakeInSecret(given: GrantConfig, who: Who): Mistake | undefined {
  const needed = 'is needed (or clientConfig.auth): the token endpoint must know the client';
  const { clientId, clientSecret } = given;
  if (clientSecret !== undefined) return clientId === undefined ? [['clientId'], needed] : mistakeInBearer(given);
  if (given.credentialBearer !== undefined) return [['credentialBearer'], 'has no effect without clientSecret'];
  if (who === 'a client with its secret') return [[clientId === undefined ? 'clientId' : 'clientSecret'], needed];
  return clientId === undefined && who === 'a client' ? [['clientId'], needed] : undefined;
}

function mistakeInBearer({ credentialBearer, clientConfig }: GrantConfig): Mistake | undefined {
  if (credentialBearer === 'POST_BODY_BEARER' || !hasAuthorization(clientConfig?.customHeaders)) return undefined;
  return [['clientConfig', 'customHeaders'], 'has an Authorization field, which clientSecret writes too: leave one of them out'];
}

/** The schema of an {@link OAuth2ClientCredentialsGrantConfig}. */
export const clientCredentialsGrant = fields(() => ({ tokenUrl: optional(text), ...grantFields() })).superRefine(
  identified('a client with its secret'),
) satisfies z.ZodType<OAuth2ClientCredentialsGrantConfig>;

/** The schema of an {@link OAuth2RefreshTokenGrantConfig}. */
export const refreshTokenGrant = fields(() => ({
  refreshUrl: optional(text),
  refreshToken: text,
  ...grantFields(['refresh_token']),
})).superRefine(identified('a client')) satisfies z.ZodType<OAuth2RefreshTokenGrantConfig>;

/** The schema of an {@link OAuth2JwtBearerGrantConfig}. */
export const jwtBearerGrant = fields(() => ({
  tokenUrl: optional(text),
  assertion: chosen<string | JwtIssuerConfig>((value) => (typeof value === 'string' ? text : jwtIssuerConfig)),
  ...grantFields(['assertion']),
})).superRefine(identified('none')) satisfies z.ZodType<OAuth2JwtBearerGrantConfig>;

/** The schema of an {@link OAuth2TokenExchangeGrantConfig}. */
export const tokenExchangeGrant = fields(() => ({
  tokenUrl: optional(text),
  audience: optional(textOrTexts),
  resource: optional(textOrTexts),
  requestedTokenType: optional(text),
  subjectTokenType: optional(text),
  cacheConfig: optional(cacheConfig),
  ...grantFields(['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'resource']),
})).superRefine(identified('a client')) satisfies z.ZodType<OAuth2TokenExchangeGrantConfig>;
