import { frozenCopy } from './frozen-copy.js';
import { objectTable } from './object-table.js';

/** How a caller proved who it is; a custom strategy may name its own method. */
export type AuthMethod = 'jwt' | 'introspection' | 'basic' | 'mtls' | (string & {});

/** What the TLS layer verified about the client's certificate, without the certificate itself. */
export interface CertificateSummary {
  /** The subject as an RFC 4514 name, most specific attribute first. */
  readonly subject: string;
  /** The issuer as an RFC 4514 name, most specific attribute first. */
  readonly issuer: string;
  /** SHA-256 of the DER certificate: upper-case hexadecimal bytes separated by colons. */
  readonly fingerprint256: string;
  /** The serial number in hexadecimal. */
  readonly serialNumber: string;
  /** The end of the validity period, in seconds since the epoch. */
  readonly validTo: number;
}

/**
 * The type of `Principal.user`: the application's own object, which an enricher adds. The application says by declaration merging what it is.
 *
 * @example
 * ```ts
 * declare module 'nest-service-auth' {
 *   interface AuthUser extends User {}
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: the application merges its own user into it
export interface AuthUser {}

/** The caller that a strategy accepted: frozen, and safe to turn into JSON. */
export interface Principal {
  /** The name of the scheme that accepted the caller, or the config key of an inline entry. */
  readonly scheme: string;
  /** How the caller proved who it is. */
  readonly method: AuthMethod;
  /**
   * The caller's name: `sub` for tokens unless `usernameKey` says otherwise, and `clientId` where a token names a client only;
   * empty when the credential has no name.
   */
  readonly username: string;
  /** The client that the token was issued to (`client_id`, else `azp`), where it says so; a client that calls for itself has it as its `username` too. */
  readonly clientId?: string;
  /** The scopes that the credential carries. */
  readonly scopes: readonly string[];
  /** The roles that the credential or the user store gives. */
  readonly roles: readonly string[];
  /** The permissions of the credential, and of its roles where the `roles` option maps them. */
  readonly permissions: readonly string[];
  /** Everything that the credential says: the JWT's payload, the introspection answer. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The client certificate that the connection was made with, where one took part. */
  readonly certificate?: CertificateSummary;
  /** The application's own object for the caller, from the `enricher` option. It is not enumerable, so that JSON and logs leave it out, and not frozen. */
  readonly user?: AuthUser;
}

/** What a strategy must know to make a {@link Principal}; everything else is empty. */
export type PrincipalInit = Pick<Principal, 'scheme' | 'method' | 'username'> &
  Partial<Omit<Principal, 'clientId'>> & {
    /** As in {@link Principal}; undefined where the caller is no client. */
    readonly clientId?: string | undefined;
  };

const made = objectTable<object, true>();
const NONE: readonly string[] = Object.freeze([]);

/**
 * Makes a frozen {@link Principal}. What it is given is copied, and stays as it is: no object of the application is frozen. Claims are
 * data, and are copied as JSON has them: `Date`s as text, objects of classes as plain ones, without functions and without circles;
 * beyond JSON, a `Map` becomes an object, a `Set` a list and a `bigint` its decimal text.
 */
export function createPrincipal({
  scheme,
  method,
  username,
  clientId,
  scopes,
  roles,
  permissions,
  claims = {},
  certificate,
  user,
}: PrincipalInit): Principal {
  // Members one by one: a spread for each that may be left out costs every token as much as the rest.
  const principal: { -readonly [Member in keyof Principal]?: Principal[Member] } = { scheme, method, username };
  if (clientId !== undefined) principal.clientId = clientId;
  principal.scopes = frozenList(scopes);
  principal.roles = frozenList(roles);
  principal.permissions = frozenList(permissions);
  principal.claims = frozenCopy(claims);
  if (certificate !== undefined) principal.certificate = frozenSummary(certificate);
  if (user !== undefined) Object.defineProperty(principal, 'user', { value: user });
  return asMade(principal as Principal);
}

/** Makes a principal of another one, with changes. */
export function extendPrincipal(principal: Principal, changes: Partial<Principal>): Principal {
  const { user } = principal;
  // A spread leaves out what is not enumerable.
  return createPrincipal({ ...principal, ...(user !== undefined && { user }), ...changes });
}

/**
 * A principal that holds the same as another one that was made here, and is an object of its own.
 *
 * @param note - is given the copy before it is frozen: a table of objects keeps nothing in a frozen object.
 */
export function copyPrincipal(principal: Principal, note: (copy: Principal) => void): Principal {
  // What it holds is frozen already.
  const copy = { ...principal };
  const { user } = principal;
  if (user !== undefined) Object.defineProperty(copy, 'user', { value: user });
  note(copy);
  return asMade(copy);
}

/** Whether a principal was made by {@link createPrincipal}: what it holds shows in its JSON, except `user`, and never changes. */
export function isMade(principal: Principal): boolean {
  return made.get(principal) === true;
}

/**
 * Whether a value can stand for a caller. A strategy written in JavaScript may return anything,
 * and scopes in one string would be searched for parts of words.
 */
export function isPrincipal(value: unknown): value is Principal {
  const { username, scopes, roles, permissions } = (value ?? {}) as Partial<Principal>;
  return typeof username === 'string' && Array.isArray(scopes) && Array.isArray(roles) && Array.isArray(permissions);
}

function asMade(principal: Principal): Principal {
  // First of all: nothing can be added to what is frozen.
  made.set(principal, true);
  return Object.freeze(principal);
}

function frozenList(list: readonly string[] = NONE): readonly string[] {
  if (list.length === 0) return NONE;
  return Object.isFrozen(list) ? list : Object.freeze([...list]);
}

function frozenSummary(summary: CertificateSummary): CertificateSummary {
  return Object.isFrozen(summary) ? summary : Object.freeze({ ...summary });
}
