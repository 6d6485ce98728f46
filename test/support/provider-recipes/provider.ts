/** A token that the configuration of a page must refuse. */
export interface RefusedToken {
  /** What it is. */
  readonly what: string;
  /** What it says in other words than the token of the page; `undefined` leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Its header, where it differs. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** The reason in the log. */
  readonly reason: string;
  /** @defaultValue 401 */
  readonly status?: number;
}

/** A provider as its documentation describes it. */
export interface Provider {
  /** The name of its page. */
  readonly page: string;
  /** What its servers answer, by URL: a document, or its keys. */
  readonly serves: Readonly<Record<string, object | 'keys'>>;
  /** The algorithm of its keys. @defaultValue 'RS256' */
  readonly alg?: 'RS256' | 'ES256' | 'ES384' | 'EdDSA';
  /** Members of the header of its tokens. @defaultValue `{ typ: 'JWT' }` */
  readonly header?: Readonly<Record<string, unknown>>;
  /** The `Authorization` that its servers demand. */
  readonly authorization?: string;
  /** Files that the configuration names, by directory in production, file and content. */
  readonly files?: Readonly<Record<string, (facts: { readonly ca: string }) => Readonly<Record<string, string>>>>;
  /** Other tokens that are accepted, and how their principals differ. */
  readonly alsoAccepted?: readonly AcceptedToken[];
  readonly refused: readonly RefusedToken[];
}

/** Another token that is accepted. */
export interface AcceptedToken {
  readonly what: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** What the principal has in other words than that of the page; `undefined` leaves a member out. */
  readonly principal: Readonly<Record<string, unknown>>;
}
