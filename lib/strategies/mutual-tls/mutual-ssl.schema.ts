import * as z from 'zod';
import { chosen, fields, listOf, optional, text } from '../../config/schema.js';
import { normalizedPath } from '../../http/request-path.js';
import { forwardedSchema, headerName } from './forwarded.schema.js';
import { parseIssuerPin } from './issuer-pin.js';
import { parseThumbprint } from './thumbprint.js';
import { userNameProblem } from './user-header.js';

/** What a mapping and a list write out for every certificate and every user. */
export const ANY = '*';

const issuer = text.transform((value, context) => {
  const pin = parseIssuerPin(value);
  if (pin !== undefined) return pin;
  context.addIssue(
    value === ANY
      ? 'must name an issuer: "*" would trust every CA. Every certificate of one issuer is certThumbprint: "*".'
      : `"${value}" is neither an RFC 4514 name, as CN=RootCA,O=WSO2,C=LK, nor a SHA-256 fingerprint of 64 hexadecimal digits. A CN alone is written CN=…`,
  );
  return z.NEVER;
});

const issuers = chosen((value) => (Array.isArray(value) ? listOf(issuer) : issuer.transform((pin) => [pin])));

const thumbprint = text.transform((value, context) => {
  const parsed = value === ANY ? ANY : parseThumbprint(value);
  if (parsed !== undefined) return parsed;
  context.addIssue(
    'must be a SHA-256 thumbprint of 64 hexadecimal digits, as "openssl x509 -fingerprint -sha256" prints it, or "*" for every certificate of the issuer.',
  );
  return z.NEVER;
});

const userName = text.superRefine((name, context) => {
  const problem = name === ANY ? undefined : userNameProblem(name);
  if (problem !== undefined) context.addIssue(problem);
});

const commonName = text.refine((name) => name !== ANY, 'must be a common name: "*" would trust every CA');

const exemptContext = text.transform((value, context) => {
  const path = normalizedPath(value.startsWith('/') ? value : `/${value}`)?.replace(/\/$/, '');
  if (path !== undefined && path !== '' && !/[*?#]/.test(value)) return path.toLowerCase();
  context.addIssue(
    `"${value}" must be the beginning of a path by whole segments, as /scim2 or /api/identity/oauth2/dcr, without wildcards.`,
  );
  return z.NEVER;
});

const mappingFields = {
  trustedIssuer: issuer,
  certThumbprint: thumbprint,
  roles: optional(z.array(text)),
  scopes: optional(z.array(text)),
};
const userMapping = fields(() => ({ ...mappingFields, allowedUsernames: listOf(userName) }));
const systemMapping = fields(() => ({ ...mappingFields, allowedSystemUser: userName }));

/** The schema of a `mutualSslConfig`: what comes out has its issuers, thumbprints and paths parsed, and header names in lower case. */
export const mutualSslSchema = fields(() => ({
  usernameFrom: optional(z.enum(['CN', 'SAN:dns', 'SAN:uri', 'SAN:email', 'subject'])),
  trustedIssuer: optional(issuers),
  forwarded: optional(forwardedSchema),
  intermediateCertValidation: optional(fields(() => ({ certCNs: listOf(commonName), exemptContexts: optional(z.array(exemptContext)) }))),
  userMappings: optional(listOf(userMapping)),
  systemMappings: optional(listOf(systemMapping)),
  userHeader: optional(headerName),
}));

/** A `mutualSslConfig` that was checked field by field. */
export type MutualSslSettings = Readonly<z.output<typeof mutualSslSchema>>;
/** A user mapping that was checked. */
export type ParsedUserMapping = Readonly<z.output<typeof userMapping>>;
/** A system mapping that was checked. */
export type ParsedSystemMapping = Readonly<z.output<typeof systemMapping>>;
