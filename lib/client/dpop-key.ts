import { hash, randomUUID } from 'node:crypto';
import type { DPoPHandle } from 'oauth4webapi';
import type { Clock } from '../clock.js';
import { loadJose, loadOAuth } from '../config/load-libraries.js';
import type { HopProver } from '../outgoing/exchange.js';

/** A key that the tokens of a client are bound to; it lives as long as the process. @see RFC 9449 */
export interface DpopKey {
  /** Proves the key to the token endpoint. */
  readonly handle: DPoPHandle;
  /** Proves the key with the requests that carry an `Authorization` field. */
  proverOf(authorization: string): HopProver;
}

const ALGORITHM = 'ES256';

/** Makes a new key. Nonces are kept for each origin that is called. */
export async function createDpopKey(clock: Clock): Promise<DpopKey> {
  const [{ exportJWK, generateKeyPair, SignJWT }, { DPoP }] = await Promise.all([loadJose(), loadOAuth()]);
  const keys = await generateKeyPair(ALGORITHM);
  const header = { alg: ALGORITHM, typ: 'dpop+jwt', jwk: await exportJWK(keys.publicKey) };
  const nonces = new Map<string, string>();
  return {
    handle: DPoP({}, keys),
    proverOf: (authorization) => {
      const ath = hash('sha256', authorization.slice(authorization.indexOf(' ') + 1), 'base64url');
      return {
        fieldsFor: async ({ url, method }) => {
          const htu = `${url.origin}${url.pathname}`;
          const iat = Math.floor(clock.wall() / 1000);
          // A nonce that is undefined is not written.
          const claims = { jti: randomUUID(), htm: method, htu, iat, ath, nonce: nonces.get(url.origin) };
          return { dpop: await new SignJWT(claims).setProtectedHeader(header).sign(keys.privateKey) };
        },
        learn: ({ origin }, { 'dpop-nonce': nonce }) => {
          if (typeof nonce === 'string' && nonce !== '') nonces.set(origin, nonce);
        },
      };
    },
  };
}

/** Whether an answer asks for a proof with a nonce. @see RFC 9449 §9 */
export function asksForNonce({ status, headers }: Pick<Response, 'status' | 'headers'>): boolean {
  return status === 401 && /\bdpop\b.*\berror\s*=\s*"?use_dpop_nonce\b/is.test(headers.get('www-authenticate') ?? '');
}
