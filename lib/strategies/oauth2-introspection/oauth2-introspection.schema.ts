import * as z from 'zod';
import { fields, optional, parseConfig, seconds, text, textOrTexts } from '../../config/schema.js';
import { DEFAULT_TOKEN_SOURCES } from '../../http/token-source.js';
import { cacheConfigFields } from '../../memory/cache-config.js';
import {
  authServerFields,
  CERTIFICATE_NEEDED,
  chosenByMethod,
  directAuthSchemas,
  hasCertificateForAuth,
  parametersExcept,
} from '../../oauth/client-auth.config.js';
import { clientConfigSchema, hasAuthorization } from '../../outgoing/client-config.js';
import { dpopOption } from '../binding/dpop/dpop.schema.js';
import { claimsFields } from '../claims/claims.schema.js';
import { tokenFrom } from '../token-from.schema.js';

/** Parameters that the protocol writes: a second one of the same name would leave it to the server which one counts. */
const RESERVED = new Set(['token', 'token_type_hint', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type']);
const RESERVED_FOR_TOKENS = new Set([...RESERVED, 'grant_type', 'scope']);

const authSchema = chosenByMethod({
  ...directAuthSchemas,
  client_credentials: fields(() => ({
    method: z.literal('client_credentials'),
    tokenUrl: optional(text),
    clientId: text,
    clientSecret: text,
    scopes: optional(textOrTexts),
    optionalParams: optional(parametersExcept(RESERVED_FOR_TOKENS)),
    credentialBearer: optional(z.enum(['AUTH_HEADER_BEARER', 'POST_BODY_BEARER'])),
    defaultTokenExpTime: optional(seconds),
    clockSkew: optional(seconds),
    clientConfig: optional(clientConfigSchema),
  })),
});

const introspectionClientConfig = fields(() => ({
  ...authServerFields(),
  auth: optional(authSchema),
}))
  .refine(hasCertificateForAuth, CERTIFICATE_NEEDED)
  .refine((given) => !(usesAuthorization(given.auth?.method) && hasAuthorization(given.customHeaders)), {
    path: ['customHeaders'],
    error: 'has an Authorization field, which auth writes too: leave one of them out',
  });

const sharedCacheConfig = fields(() => ({ ...cacheConfigFields(), shared: optional(z.boolean()) }));

/** The schema of an `OAuth2IntrospectionConfig`. */
export const introspectionConfig = fields(() => ({
  url: optional(text),
  tokenFrom: optional(tokenFrom),
  dpop: optional(dpopOption),
  tokenTypeHint: optional(text.nullable()),
  optionalParams: optional(parametersExcept(RESERVED)),
  issuer: optional(text),
  audience: optional(textOrTexts.nullable()),
  ...claimsFields(),
  clockSkew: optional(seconds),
  cacheConfig: optional(sharedCacheConfig),
  defaultTokenExpTime: optional(seconds),
  clientConfig: optional(introspectionClientConfig),
}));

const DEFAULTS = {
  tokenFrom: DEFAULT_TOKEN_SOURCES,
  tokenTypeHint: 'access_token',
  clockSkew: 0,
  defaultTokenExpTime: 3600,
} as const;

/** A checked config with every default filled in. */
export type IntrospectionSettings = ReturnType<typeof readSettings>;

/**
 * Checks an `oauth2IntrospectionConfig` and fills in the defaults.
 *
 * @throws AuthConfigurationError naming every field that is wrong.
 */
export function readSettings(config: unknown) {
  return { ...DEFAULTS, ...parseConfig(introspectionConfig, config) };
}

function usesAuthorization(method: string | undefined): boolean {
  return method === 'client_secret_basic' || method === 'client_credentials';
}
