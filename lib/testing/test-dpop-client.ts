import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { TestClaims, TestTokens } from './test-tokens.js';

/** The request that a proof is made for. */
export interface TestProofRequest {
  /** The URL that the client calls: its query and fragment do not count. */
  readonly url: string | URL;
  /**
   * The method.
   * @defaultValue 'GET'
   */
  readonly method?: string;
  /** The nonce that the application asked for. */
  readonly nonce?: string;
  /** Claims of the proof that replace the right ones, for a proof that must be refused; `undefined` removes one. */
  readonly claims?: TestClaims;
}

/** The header fields of a request with a token that is bound to a key. */
export interface TestDpopHeaders {
  /** The token, under the scheme `DPoP`. */
  readonly authorization: string;
  /** The proof. */
  readonly dpop: string;
}

/** A client with a key of its own, to which its tokens are bound. @see RFC 9449 */
export interface TestDpopClient extends TestTokens {
  /** The thumbprint of its key: `cnf.jkt` of its tokens. */
  readonly jkt: string;
  /** Makes a proof for one request with a token. */
  proof(token: string, request: TestProofRequest): Promise<string>;
  /** The header fields of one request: a token, and a new proof for it. */
  headers(token: string, request: TestProofRequest): Promise<TestDpopHeaders>;
}

const ALGORITHM = 'ES256';

/** Makes a client with a new key, for tokens of an issuer. */
export async function createTestDpopClient({ token, opaque }: TestTokens): Promise<TestDpopClient> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const jwk = await exportJWK(publicKey);
  const jkt = await calculateJwkThumbprint(jwk);
  const proof: TestDpopClient['proof'] = (value, { url, method = 'GET', nonce, claims }) => {
    const { origin, pathname } = new URL(url);
    const ath = createHash('sha256').update(value).digest('base64url');
    const iat = Math.floor(Date.now() / 1000);
    const right = { jti: randomUUID(), htm: method, htu: `${origin}${pathname}`, iat, ath, ...(nonce !== undefined && { nonce }) };
    return new SignJWT({ ...right, ...claims }).setProtectedHeader({ alg: ALGORITHM, typ: 'dpop+jwt', jwk }).sign(privateKey);
  };
  return {
    jkt,
    token: (claims, header) => token({ cnf: { jkt }, ...claims }, header),
    opaque: (claims) => opaque({ token_type: 'DPoP', cnf: { jkt }, ...claims }),
    proof,
    headers: async (value, request) => ({ authorization: `DPoP ${value}`, dpop: await proof(value, request) }),
  };
}
