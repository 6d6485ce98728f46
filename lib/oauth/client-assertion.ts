import { type ClientAuth, modifyAssertion, PrivateKeyJwt } from 'oauth4webapi';
import type { PrivateKeyJwtAuthConfig } from './client-auth.config.js';
import { loadSigningKey } from './signing-key.js';

/**
 * Signs a fresh assertion for every request.
 *
 * @throws AuthConfigurationError with paths relative to `auth`, if the key cannot be read or does not fit the algorithm.
 * @see RFC 7523 §2.2
 */
export async function clientAssertion(config: PrivateKeyJwtAuthConfig): Promise<ClientAuth> {
  const { key, algorithm } = await loadSigningKey(config);
  return PrivateKeyJwt(config.keyId === undefined ? key : { key, kid: config.keyId }, {
    // The library writes Ed25519, the fully specified name, which many servers do not know yet.
    [modifyAssertion]: (header) => {
      header.alg = algorithm;
    },
  });
}
