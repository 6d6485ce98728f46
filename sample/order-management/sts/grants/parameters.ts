import { errors, type TokenEndpointGrantContext } from 'oidc-provider';

/** Reads a parameter of a token request. An empty one counts as missing. @see RFC 6749 §3.2 */
export function parameter({ oidc }: TokenEndpointGrantContext, name: string): string | undefined {
  const value = oidc.params[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Reads a required parameter. @throws InvalidRequest if it is missing. */
export function required(context: TokenEndpointGrantContext, name: string): string {
  const value = parameter(context, name);
  if (value === undefined) throw new errors.InvalidRequest(`missing required parameter '${name}'`);
  return value;
}

/** The requested scopes; all that are allowed if none is requested. @throws InvalidScope */
export function grantedScopes(context: TokenEndpointGrantContext, available: readonly string[]): readonly string[] {
  const asked = parameter(context, 'scope');
  if (asked === undefined) return available;
  const wanted = [...new Set(asked.split(' '))];
  if (!wanted.every((scope) => available.includes(scope))) throw new errors.InvalidScope('more was asked for than there is', asked);
  return wanted;
}
