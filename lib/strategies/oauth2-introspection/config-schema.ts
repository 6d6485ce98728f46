import * as z from 'zod';
import { fields, optional, seconds, text, textOrTexts } from '../../config/schema.js';
import { cacheConfig } from '../../memory/cache-config.js';
import { directAuthSchemas } from '../../oauth/client-auth.config.js';
import { clientConfigFields, clientConfigSchema } from '../../outgoing/client-config.js';
import type { OAuth2IntrospectionConfig } from './config.js';

/** Parameters that the protocol writes: a second one of the same name would leave it to the server which one counts. */
const RESERVED = new Set(['token', 'token_type_hint', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type']);
const RESERVED_FOR_TOKENS = new Set([...RESERVED, 'grant_type', 'scope']);

const authSchema = z.discriminatedUnion(
  'method',
  [
    ...directAuthSchemas,
    fields({
      method: z.literal('client_credentials'),
      tokenUrl: text,
      clientId: text,
      clientSecret: text,
      scopes: optional(textOrTexts),
      optionalParams: optional(parameters(RESERVED_FOR_TOKENS)),
      credentialBearer: optional(z.enum(['AUTH_HEADER_BEARER', 'POST_BODY_BEARER'])),
      defaultTokenExpTime: optional(seconds),
      clockSkew: optional(seconds),
      clientConfig: optional(clientConfigSchema),
    }),
  ],
  {
    error: ({ code }) =>
      code === 'invalid_union'
        ? 'must be "client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth" or "client_credentials"'
        : undefined,
  },
);

const introspectionClientConfig = fields({
  ...clientConfigFields,
  customPayload: optional(z.never({ error: 'is not known here: write its parameters as optionalParams, which are encoded' })),
  auth: optional(authSchema),
})
  .refine(({ auth, secureSocket }) => auth?.method !== 'tls_client_auth' || secureSocket?.key !== undefined, {
    path: ['secureSocket', 'key'],
    error: 'is needed: with auth.method "tls_client_auth" the client certificate says who asks',
  })
  .refine((given) => !(usesAuthorization(given.auth?.method) && hasAuthorization(given.customHeaders)), {
    path: ['customHeaders'],
    error: 'has an Authorization field, which auth writes too: leave one of them out',
  });

/** The schema of an {@link OAuth2IntrospectionConfig}. */
export const introspectionConfig = fields({
  url: text,
  tokenTypeHint: optional(text.nullable()),
  optionalParams: optional(parameters(RESERVED)),
  issuer: optional(text),
  audience: optional(textOrTexts),
  scopeKey: optional(text),
  usernameKey: optional(text),
  roleKey: optional(text),
  permissionKey: optional(text),
  clockSkew: optional(seconds),
  cacheConfig: optional(cacheConfig),
  defaultTokenExpTime: optional(seconds),
  clientConfig: optional(introspectionClientConfig),
}) satisfies z.ZodType<OAuth2IntrospectionConfig>;

function parameters(reserved: ReadonlySet<string>) {
  const name = text.refine((given) => !reserved.has(given), 'is a parameter of the protocol itself, which a field of its own sets');
  return z.record(name, z.string());
}

function usesAuthorization(method: string | undefined): boolean {
  return method === 'client_secret_basic' || method === 'client_credentials';
}

function hasAuthorization(headers: Readonly<Record<string, string>> = {}): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
}
