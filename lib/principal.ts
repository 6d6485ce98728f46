import { frozenCopy } from './frozen-copy.js';

/** How a caller proved who it is; a custom strategy may name its own method. */
export type AuthMethod = 'jwt' | 'introspection' | 'basic' | 'mtls' | (string & {});

/** What the TLS layer verified about the client's certificate, without the certificate itself. */
export interface CertificateSummary {
  /** The subject as an RFC 4514 name, most specific attribute first. */
  readonly subject: string;
  /** The issuer as an RFC 4514 name, most specific attribute first. */
  readonly issuer: string;
  /** SHA-256 of the DER certificate: upper-case hexadecimal octets separated by colons. */
  readonly fingerprint256: string;
  /** The serial number in hexadecimal. */
  readonly serialNumber: string;
  /** The end of the validity period, in seconds since the epoch. */
  readonly validTo: number;
}

/** The caller that a strategy accepted: frozen, and safe to turn into JSON. */
export interface Principal {
  /** The name of the scheme that accepted the caller, or the config key of an inline entry. */
  readonly scheme: string;
  /** How the caller proved who it is. */
  readonly method: AuthMethod;
  /**
   * The caller's name: `sub` for tokens unless `usernameKey` says otherwise, and `clientId` where a token names a client only;
   * empty when the credential names nobody.
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
}

/** What a strategy must know to make a {@link Principal}; everything else is empty. */
export type PrincipalInit = Pick<Principal, 'scheme' | 'method' | 'username'> & Partial<Principal>;

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
}: PrincipalInit): Principal {
  const principal = {
    scheme,
    method,
    username,
    ...(clientId !== undefined && { clientId }),
    scopes: frozenList(scopes),
    roles: frozenList(roles),
    permissions: frozenList(permissions),
    claims: frozenCopy(claims),
  };
  return Object.freeze(certificate === undefined ? principal : { ...principal, certificate: frozenSummary(certificate) });
}

/**
 * Whether a value can stand for a caller. A strategy written in JavaScript may return anything,
 * and scopes in one string would be searched for parts of words.
 */
export function isPrincipal(value: unknown): value is Principal {
  const { username, scopes, roles, permissions } = (value ?? {}) as Partial<Principal>;
  return typeof username === 'string' && Array.isArray(scopes) && Array.isArray(roles) && Array.isArray(permissions);
}

function frozenList(list: readonly string[] = NONE): readonly string[] {
  return list.length === 0 ? NONE : Object.freeze([...list]);
}

function frozenSummary(summary: CertificateSummary): CertificateSummary {
  return Object.isFrozen(summary) ? summary : Object.freeze({ ...summary });
}
