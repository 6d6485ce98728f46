/** What an application makes of the claims of a token. What is left out comes from the keys. */
export interface TokenPrincipal {
  /** The caller's name. */
  readonly username?: string | undefined;
  /** The scopes. */
  readonly scopes?: readonly string[] | undefined;
  /** The roles. */
  readonly roles?: readonly string[] | undefined;
  /** The permissions. */
  readonly permissions?: readonly string[] | undefined;
}

/**
 * Makes the parts of a principal from the claims of a verified token. It is synchronous and called once for each token; it may change
 * what it is given. If it throws, or returns something else, the token is refused.
 */
export type ToPrincipal = (claims: Record<string, unknown>) => TokenPrincipal;

/** How the claims of a token become a principal: the same for JWTs and introspection answers. */
export interface ClaimsConfig {
  /**
   * Claims that tokens must have, by name or, where there is no claim of exactly that name, by path (`realm_access.level`). What is written
   * is the exact value, and a list is that list; `{ any: [...] }` is one of several values (where the claim is a list, one of its members);
   * `{ exists: true }` is any value but null and an empty list. An exact value that is an object with the member `any` or `exists` is
   * written as `{ any: [value] }`.
   */
  readonly customClaims?: Readonly<Record<string, unknown>>;
  /**
   * The claim with the scopes, or its path (`realm_access.roles`), or several that are united: a space-separated string or a list of strings.
   * @defaultValue 'scope'
   */
  readonly scopeKey?: string | readonly string[];
  /** The claim with the caller's roles, or its path, or several that are united: a list, or a string that is one role, blanks included. */
  readonly roleKey?: string | readonly string[];
  /** The claim with the caller's permissions, or its path, or several that are united: a list, or a string that is one permission. */
  readonly permissionKey?: string | readonly string[];
  /**
   * Whether whole numbers from 0 to 2^53 - 1 are accepted as names, roles and permissions, as their decimal text: `1` and `"1"` are then the
   * same name.
   * @defaultValue false
   */
  readonly numericNames?: boolean;
  /** Makes the username, scopes, roles or permissions where the keys cannot say it. */
  readonly toPrincipal?: ToPrincipal;
}
