/**
 * This application as a protected resource of OAuth 2.0: the metadata that clients and agents find it by, and the audience that tokens
 * must have. @see RFC 9728, RFC 8707
 */
export interface ResourceConfig {
  /**
   * The identifier of the resource, which is the URL that clients call: `https://api.example.com`, or `https://api.example.com/mcp`. Tokens
   * must name it in `aud`, unless the `audience` of a scheme says otherwise.
   */
  readonly url: string;
  /**
   * The issuers of the authorization servers where clients obtain tokens.
   * @defaultValue the issuers of all schemes
   */
  readonly authorizationServers?: readonly string[];
  /**
   * The scopes that clients may ask for; `false` publishes none.
   * @defaultValue every scope that a plan requires
   */
  readonly scopes?: readonly string[] | false;
  /** The name of the resource, for users. */
  readonly name?: string;
  /** The URL of a page for developers. */
  readonly documentation?: string;
}
