import type { JWTHeaderParameters } from 'jose';

/** The claims of a test token: any that are given replace the default ones, and `undefined` takes one away. */
export type TestClaims = Readonly<Record<string, unknown>>;

/** Makes the tokens of a test. */
export interface TestTokens {
  /** Signs an access token of `alice` that is good for five minutes. */
  token(claims?: TestClaims, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Makes a token without any content; the introspection endpoint knows its claims. */
  opaque(claims?: TestClaims): Promise<string>;
}
