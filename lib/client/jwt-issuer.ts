import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import { loadJose } from '../config/load-libraries.js';
import { AuthConfigurationError } from '../errors.js';
import type { AssertionAlgorithm } from '../oauth/client-auth.config.js';
import type { IssuedToken } from '../oauth/held-tokens.js';
import { loadSigningKey } from '../oauth/signing-key.js';
import type { IssuerSignatureConfig, JwtIssuerConfig } from './jwt-issuer.config.js';

const DEFAULT_LIFE = 300;

/** Signs a new token every time it is called. */
export type JwtIssuer = () => Promise<IssuedToken>;

/**
 * Loads the key of a {@link JwtIssuerConfig}.
 *
 * @throws AuthConfigurationError with paths relative to the config, if the key cannot be read or does not fit the algorithm.
 */
export async function createJwtIssuer(config: JwtIssuerConfig, clock: Clock): Promise<JwtIssuer> {
  const { issuer, username, audience, jwtId, keyId, expTime: life = DEFAULT_LIFE, customClaims } = config;
  const { key, algorithm } = await loadKey(config.signatureConfig);
  const { SignJWT } = await loadJose();
  const header = { alg: algorithm, typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) };
  const fixed = {
    ...customClaims,
    ...(issuer !== undefined && { iss: issuer }),
    ...(username !== undefined && { sub: username }),
    ...(audience !== undefined && { aud: typeof audience === 'string' ? audience : [...audience] }),
  };
  return async () => {
    const iat = Math.floor(clock.wall() / 1000);
    const claims = { ...fixed, jti: jwtId ?? randomUUID(), iat, exp: iat + life };
    return { value: await new SignJWT(claims).setProtectedHeader(header).sign(key), life };
  };
}

async function loadKey({ algorithm, config }: IssuerSignatureConfig) {
  if (typeof config === 'string') return { key: new TextEncoder().encode(config), algorithm: algorithm ?? 'HS256' };
  try {
    return await loadSigningKey({ ...config, ...(isAsymmetric(algorithm) && { algorithm }) });
  } catch (error) {
    throw error instanceof AuthConfigurationError ? located(error) : error;
  }
}

function isAsymmetric(algorithm: IssuerSignatureConfig['algorithm']): algorithm is AssertionAlgorithm {
  return algorithm !== undefined && !algorithm.startsWith('HS');
}

/** In this config the algorithm is a field beside the key, not in it. */
function located(error: AuthConfigurationError): AuthConfigurationError {
  const problems = error.problems.map(({ path, message }) => ({ path: path === 'algorithm' ? path : `config.${path}`, message }));
  return new AuthConfigurationError(problems, { cause: error.cause }).within('signatureConfig');
}
