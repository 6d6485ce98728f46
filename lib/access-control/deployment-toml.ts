import { parse, TomlError } from 'smol-toml';
import * as z from 'zod';
import { fields, optional, parseConfig } from '../config/schema.js';
import { AuthConfigurationError } from '../errors.js';
import type { AccessRule, AccessRules } from './access-rule.js';

/** One `[[resource.access_control]]` table. The checks of its values are those of a rule in the options. */
const table = fields({
  context: z.string(),
  secure: optional(z.boolean()),
  secured: optional(z.boolean()),
  http_method: optional(z.unknown()),
  permissions: optional(z.unknown()),
  scopes: optional(z.unknown()),
  scope: optional(z.unknown()),
  allowed_auth_handlers: optional(z.unknown()),
});

const document = z.looseObject({
  resource: optional(fields({ access_control: z.array(z.unknown(), { error: 'is a list of tables: write [[resource.access_control]]' }) })),
  resource_access_control: optional(fields({ default_access_allow: optional(z.boolean()) })),
});

/**
 * Reads the access rules of a WSO2 `deployment.toml`. Its other sections are somebody else's, and left alone.
 *
 * @throws AuthConfigurationError with the line of a syntax error, or the table and the field of another mistake.
 */
export function parseDeploymentToml(source: string): Omit<AccessRules, 'contextSyntax'> {
  const { resource, resource_access_control: defaults } = parseConfig(document, parseToml(source));
  const rules = (resource?.access_control ?? []).map((given, index) => toRule(given, `resource.access_control[${index}]`));
  const allow = defaults?.default_access_allow;
  return { rules, ...(allow !== undefined && { defaultAccess: allow ? 'allow' : 'deny' }) };
}

function parseToml(source: string): unknown {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason] = error.message.split('\n');
    throw new AuthConfigurationError([{ path: `line ${error.line}`, message: reason ?? 'is not TOML' }], { cause: error });
  }
}

function toRule(given: unknown, path: string): AccessRule {
  const parsed = parseConfig(table, given, path);
  const secured = oneOf(parsed, 'secured', 'secure', path);
  // A rule whose `secured` is missing or misspelled must not turn out public.
  if (secured === undefined) throw new AuthConfigurationError([{ path: `${path}.secured`, message: 'is required: true or false.' }]);
  const rule = {
    context: parsed.context,
    secured,
    httpMethod: parsed.http_method,
    permissions: parsed.permissions,
    scopes: oneOf(parsed, 'scopes', 'scope', path),
    allowedAuthHandlers: parsed.allowed_auth_handlers,
  };
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as unknown as AccessRule;
}

function oneOf<K extends string, V>(parsed: { readonly [P in K]?: V }, name: K, other: K, path: string): V | undefined {
  if (parsed[name] !== undefined && parsed[other] !== undefined)
    throw new AuthConfigurationError([{ path: `${path}.${other}`, message: `says the same as "${name}". Keep one of them.` }]);
  return parsed[name] ?? parsed[other];
}
