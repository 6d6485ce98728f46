/** What a credential says of its bearer: a JWT's payload, an introspection answer. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The claim at `path`: a claim of exactly that name, or a nested one with dots between the names (`realm_access.roles`).
 * A name may hold dots itself, as `https://example.com/roles` does.
 */
export function readClaim(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const nested = Object.hasOwn(claims, path.slice(0, dot)) ? claims[path.slice(0, dot)] : undefined;
    const found = isClaims(nested) ? readClaim(nested, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The strings at `path`: an array's strings as they are, or one string's words between spaces; none for anything else. */
export function readTexts(claims: Claims, path: string): string[] {
  const value = readClaim(claims, path);
  if (typeof value === 'string') return wordsOf(value);
  if (!Array.isArray(value)) return [];
  return value.filter((each): each is string => typeof each === 'string' && each !== '');
}

function wordsOf(text: string): string[] {
  const words = text.split(' ');
  return words.includes('') ? words.filter((word) => word !== '') : words;
}

/** The name at `path`: empty when the credential names nobody, undefined when what is there cannot be a name and the credential must be refused. */
export function readName(claims: Claims, path: string): string | undefined {
  const value = readClaim(claims, path);
  if (value === undefined) return '';
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isClaims(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
