import { isJsonObject } from '../../json-object.js';

/** What a credential says about its bearer: the payload of a JWT, an introspection answer. */
export type Claims = Readonly<Record<string, unknown>>;

/** A member of an object itself: nothing inherited, so that a claim named `constructor` is a claim. */
export function own(object: Claims, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Reads one claim; undefined where there is none. It allocates nothing. */
export type ClaimReader = (claims: Claims) => unknown;

/**
 * Compiles a reader of the claim at `path`: a claim of exactly that name, or a nested one with dots between the names
 * (`realm_access.roles`). A name may contain dots itself, as `https://example.com/roles` does.
 */
export function claimReader(path: string): ClaimReader {
  const names = path.split('.');
  const readers: ClaimReader[] = [];
  // From the end: the reader of a rest of the path is made once, however many ways lead to it.
  for (let start = names.length - 1; start >= 0; start--) {
    const branches = names.slice(start + 1).map((_, index) => {
      const end = start + 1 + index;
      return { name: names.slice(start, end).join('.'), read: readers[end] as ClaimReader };
    });
    readers[start] = readerOf(names.slice(start).join('.'), branches);
  }
  return readers[0] as ClaimReader;
}

/** A path, divided at one of its dots: the name before it, and the reader of the rest. */
interface Branch {
  readonly name: string;
  readonly read: ClaimReader;
}

function readerOf(name: string, branches: readonly Branch[]): ClaimReader {
  if (branches.length === 0) return (claims) => own(claims, name);
  return (claims) => (Object.hasOwn(claims, name) ? claims[name] : readNested(claims, branches));
}

function readNested(claims: Claims, branches: readonly Branch[]): unknown {
  for (const { name, read } of branches) {
    const nested = own(claims, name);
    const found = isJsonObject(nested) ? read(nested) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a value is a string that is not empty. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
