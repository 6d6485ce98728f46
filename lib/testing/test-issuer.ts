import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { TestHeaders } from './as.js';
import { answerTestRequest, type IssuerState } from './issuer-endpoints.js';
import { refuseInProduction } from './not-in-production.js';
import { createTestDpopClient, type TestDpopClient } from './test-dpop-client.js';
import type { TestClaims, TestTokens } from './test-tokens.js';

/** The options of a test issuer. */
export interface TestIssuerOptions {
  /** The `aud` of its tokens; they have none if left out. */
  readonly audience?: string | string[];
  /**
   * The algorithm of its keys.
   * @defaultValue 'RS256'
   */
  readonly algorithm?: 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA';
}

/** An issuer of tokens in the process of a test, at an address of its own on the loopback interface. */
export interface TestIssuer extends TestTokens {
  /** Its issuer identifier, below which the discovery document, the key set (`/keys`) and the introspection endpoint (`/introspect`) are. */
  readonly url: string;
  /** Signs a token as `token()` does, and returns it as header fields. */
  bearer(claims?: TestClaims): Promise<TestHeaders>;
  /** Makes a client with a key of its own: tokens that are bound to it, and proofs. @see RFC 9449 */
  dpop(): Promise<TestDpopClient>;
  /** Signs with a new key from now on; the old one is no longer published. */
  rotate(): Promise<void>;
  /** Answers every request with this status until `recover()`. */
  fail(status: number): void;
  /** Answers again. */
  recover(): void;
  /** Stops listening. */
  close(): Promise<void>;
}

/** Seconds for which a token is good. */
const LIFETIME = 300;

/**
 * Starts an issuer of tokens: a key set, discovery and introspection over HTTP, on the loopback interface. Close it after the tests.
 *
 * @throws Error if `NODE_ENV` is `production`.
 * @example
 * ```ts
 * const issuer = await startTestIssuer({ audience: 'orders' });
 * await request(server).get('/order').set(await issuer.bearer({ scope: 'read_order' })).expect(200);
 * ```
 */
export async function startTestIssuer({ audience, algorithm = 'RS256' }: TestIssuerOptions = {}): Promise<TestIssuer> {
  refuseInProduction('startTestIssuer()');
  const state: IssuerState = { url: '', key: await makeKey(algorithm, 1), opaque: new Map(), failure: undefined };
  const server = createServer((request, response) => void answerTestRequest(state, request, response));
  state.url = await listen(server);
  const defaults = () => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: state.url, sub: 'alice', ...(audience !== undefined && { aud: audience }), iat: now, exp: now + LIFETIME };
  };
  const token: TestIssuer['token'] = (claims, header) => {
    const { kid, privateKey } = state.key;
    return new SignJWT({ ...defaults(), ...claims }).setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt', ...header }).sign(privateKey);
  };
  const opaque: TestIssuer['opaque'] = async (claims) => {
    const value = randomBytes(24).toString('base64url');
    state.opaque.set(value, { ...defaults(), ...claims });
    return value;
  };
  let keys = 1;
  return {
    url: state.url,
    token,
    bearer: async (claims) => ({ authorization: `Bearer ${await token(claims)}` }),
    opaque,
    dpop: () => createTestDpopClient({ token, opaque }),
    rotate: async () => {
      state.key = await makeKey(algorithm, ++keys);
    },
    fail: (status) => {
      state.failure = status;
    },
    recover: () => {
      state.failure = undefined;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function makeKey(algorithm: string, count: number): Promise<IssuerState['key']> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = `test-${count}`;
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  return { kid, privateKey, publicKey, jwk };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A test that forgets close() still ends.
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
