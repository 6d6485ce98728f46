import { createHash, type JsonWebKey, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { AuthRequest } from 'nest-service-auth';
import type { SignatureAlgorithm } from '../../lib/strategies/jws/algorithms.js';
import { createKey, mintRaw, type SigningKey } from './tokens.js';

/** A client that has a key, and proves it. */
export interface ProvingClient {
  readonly key: SigningKey;
  readonly jwk: JsonWebKey;
  /** The thumbprint of its key. */
  readonly jkt: string;
  /** Makes a proof; `undefined` leaves a claim or a parameter out. */
  proof(claims: ProofClaims, header?: Record<string, unknown>): string;
}

export interface ProofClaims {
  readonly htm: unknown;
  readonly htu: unknown;
  /** The token, whose hash becomes `ath`. */
  readonly token?: string;
  readonly [claim: string]: unknown;
}

export async function provingClient(algorithm: SignatureAlgorithm = 'ES256', bits?: number): Promise<ProvingClient> {
  const key = createKey(algorithm, bits === undefined ? {} : { bits });
  const jwk = key.publicKey.export({ format: 'jwk' });
  return {
    key,
    jwk,
    jkt: await calculateJwkThumbprint(jwk as JWK),
    proof: ({ token, ...claims }, header = {}) => {
      const ath = token === undefined ? undefined : createHash('sha256').update(token).digest('base64url');
      const payload = { jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ath, ...claims };
      return mintRaw(key, { typ: 'dpop+jwt', alg: algorithm, jwk, ...header }, payload);
    },
  };
}

/** A request with a token and proofs, as Node gives it. */
export function dpopRequest(
  token: string,
  proofs: readonly string[],
  { method = 'GET', url = '/order', ...rest }: Partial<AuthRequest> & { readonly scheme?: string } = {},
): AuthRequest {
  const authorization = `${rest.scheme ?? 'DPoP'} ${token}`;
  const rawHeaders = ['Authorization', authorization, ...proofs.flatMap((proof) => ['DPoP', proof])];
  return { method, url, headers: { authorization, ...(proofs.length > 0 && { dpop: proofs.join(', ') }) }, rawHeaders, ...rest };
}
