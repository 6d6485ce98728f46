import * as z from 'zod';
import { chosen, fields, optional, text } from '../config/schema.js';
import { isToken68 } from '../http/authorization.js';
import { clientConfigSchema, hasAuthorization } from '../outgoing/client-config.js';
import type { AuthClientConfig, BearerTokenConfig, ClientAuthConfigs, CredentialsConfig } from './auth-client.config.js';
import { clientCredentialsGrant, jwtBearerGrant, refreshTokenGrant, tokenExchangeGrant } from './grant.schema.js';
import { jwtIssuerConfig } from './jwt-issuer.config.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused
const CONTROL = /[\x00-\x1f\x7f]/;

const withoutControl = z.string().refine((given) => !CONTROL.test(given), 'must not contain control characters');

const credentialsConfig = fields(() => ({
  username: withoutControl
    .min(1, 'must not be empty')
    .refine((name) => !name.includes(':'), 'must not contain a colon, which separates it from the password'),
  password: withoutControl,
})) satisfies z.ZodType<CredentialsConfig>;

const bearerTokenConfig = fields(() => ({
  // RFC 6750 §2.1
  token: text.refine(isToken68, 'is not a bearer token: only letters, digits and -._~+/ are allowed'),
})) satisfies z.ZodType<BearerTokenConfig>;

const authFields = {
  credentialsConfig: optional(credentialsConfig),
  bearerTokenConfig: optional(bearerTokenConfig),
  jwtIssuerConfig: optional(jwtIssuerConfig),
  oauth2ClientCredentialsGrantConfig: optional(clientCredentialsGrant),
  oauth2RefreshTokenGrantConfig: optional(refreshTokenGrant),
  oauth2JwtBearerGrantConfig: optional(jwtBearerGrant),
  oauth2TokenExchangeGrantConfig: optional(tokenExchangeGrant),
};
const KEYS = Object.keys(authFields);

/** `auth` after it was checked: exactly one config. */
export type CheckedAuth = Partial<ClientAuthConfigs>;

const auth = fields(() => ({
  ...authFields,
  // RFC 9700 §2.4
  oauth2PasswordGrantConfig: optional(
    z.never({ error: 'is not supported: the password grant must not be used any more. Use oauth2ClientCredentialsGrantConfig' }),
  ),
})).superRefine((given, context) => {
  const named = Object.keys(given);
  if (named.length === 1) return;
  const what = named.length === 0 ? 'is empty' : `has ${named.join(' and ')}`;
  context.addIssue({ code: 'custom', message: `${what}: a client has exactly one of ${KEYS.join(', ')}` });
});

const MISSING =
  'is needed: name one config, or present a certificate (clientConfig.secureSocket.key), or write auth: false for no authentication';

/** An {@link AuthClientConfig} after it was checked. */
export type CheckedClientConfig = Omit<AuthClientConfig, 'auth'> & { readonly auth?: CheckedAuth | false };

/** The schema of an {@link AuthClientConfig}. */
export const authClientConfig = fields(() => ({
  baseUrl: optional(text),
  // An empty list is for a client that only sends messages: it has no URL to call.
  allowedOrigins: optional(z.array(text)),
  auth: optional(chosen<CheckedAuth | false>((value) => (value === false ? z.literal(false) : auth))),
  clientConfig: optional(clientConfigSchema),
  maxResponseBytes: optional(z.int().min(1, 'must be a number of bytes above 0')),
})).superRefine((given, context) => {
  const add = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (given.baseUrl === undefined && given.allowedOrigins === undefined)
    add(
      ['baseUrl'],
      'is needed (or allowedOrigins): credentials are sent nowhere else. A client that only sends messages has allowedOrigins: []',
    );
  if (given.auth === undefined && given.clientConfig?.secureSocket?.key === undefined) add(['auth'], MISSING);
  if (typeof given.auth === 'object' && hasAuthorization(given.clientConfig?.customHeaders))
    add(['clientConfig', 'customHeaders'], 'has an Authorization field, which auth writes too: leave one of them out');
}) satisfies z.ZodType<CheckedClientConfig>;
