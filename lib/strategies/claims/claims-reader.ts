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

/** Reads one claim; undefined where there is none. */
export type ClaimReader = (claims: Claims) => unknown;

/**
 * Reads the claim at `path`: a claim of exactly that name, or a nested one with dots between the names (`realm_access.roles`).
 * A name may contain dots itself, as `https://example.com/roles` does. The path is divided once, when it is needed.
 */
export function claimReader(path: string): ClaimReader {
  let branches: readonly Branch[] | undefined;
  return (claims) => {
    if (Object.hasOwn(claims, path)) return claims[path];
    branches ??= branchesOf(path);
    return readNested(claims, branches);
  };
}

/** The claim at `path`, as {@link claimReader} reads it. Most names are no paths, and need no reader. */
export function readClaim(claims: Claims, path: string): unknown {
  return Object.hasOwn(claims, path) ? claims[path] : readNested(claims, branchesOf(path));
}

function readNested(claims: Claims, branches: readonly Branch[]): unknown {
  for (const { name, read } of branches) {
    const nested = own(claims, name);
    const found = isJsonObject(nested) ? read(nested) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A path, divided at one of its dots. */
interface Branch {
  readonly name: string;
  readonly read: ClaimReader;
}

function branchesOf(path: string): readonly Branch[] {
  const names = path.split('.').slice(0, -1);
  return names.map((_, index) => {
    const name = names.slice(0, index + 1).join('.');
    return { name, read: claimReader(path.slice(name.length + 1)) };
  });
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
