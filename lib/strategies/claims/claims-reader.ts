/** What a credential says about its bearer: the payload of a JWT, an introspection answer. */
export type Claims = Readonly<Record<string, unknown>>;

/** Whether a value is an object, and no list. */
export function isJsonObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object itself: nothing inherited, so that a claim named `constructor` is a claim. */
export function own(object: Claims, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * The claim at `path`: a claim of exactly that name, or a nested one with dots between the names (`realm_access.roles`).
 * A name may contain dots itself, as `https://example.com/roles` does.
 */
export function readClaim(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const nested = own(claims, path.slice(0, dot));
    const found = isJsonObject(nested) ? readClaim(nested, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The strings at `path`: those of a list, or the words of one string; none for anything else and without a path. */
export function readTexts(claims: Claims, path: string | undefined): string[] {
  const value = path === undefined ? undefined : readClaim(claims, path);
  if (typeof value === 'string') return wordsOf(value);
  if (!Array.isArray(value)) return [];
  return value.filter(isName);
}

function wordsOf(text: string): string[] {
  const words = text.split(' ');
  return words.includes('') ? words.filter((word) => word !== '') : words;
}

/** The name at `path`: empty if there is none, undefined if the value cannot be a name and the credential must be refused. */
export function readName(claims: Claims, path: string): string | undefined {
  const value = readClaim(claims, path);
  if (value === undefined) return '';
  return isName(value) ? value : undefined;
}

/** Whether a value is a string that is not empty. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
