/** Issuers whose names differ in one path segment, which the token repeats in a claim: the tenants of one provider. */
export interface IssuerTemplate {
  /**
   * The `iss` with the name of a claim in braces: `https://login.microsoftonline.com/{tid}/v2.0`. The braces stand for one whole path segment, never for
   * a part of the host. The claim of the token must have the value that its `iss` has there.
   */
  readonly template: string;
  /**
   * The values that the claim may have. `'*'` allows every value: every tenant of the provider can then obtain tokens that are accepted.
   * With `'*'`, `signatureConfig` or `discoveryConfig.url` must name the keys of all tenants.
   */
  readonly allowed: readonly string[] | '*';
}

/** Whose tokens are accepted. `null` says that the issuer is not checked on purpose. */
export type IssuerConfig = string | readonly string[] | IssuerTemplate | null;
