import type { CacheConfig } from '../../memory/cache-config.js';
import type { ClientConfig } from '../../outgoing/client-config.js';

/** How the keys of an issuer are found from its metadata. @see OpenID Connect Discovery 1.0, RFC 8414 */
export interface DiscoveryConfig {
  /**
   * Where the metadata document is, if this application cannot or should not use the places that the issuer's name leads to. The document must name the
   * configured issuer.
   * @defaultValue `<issuer>/.well-known/openid-configuration`, and after an answer 4xx the URL of RFC 8414
   */
  readonly url?: string;
  /**
   * How long the document and the keys are fresh (`defaultMaxAge` in seconds). As with `jwksConfig.cacheConfig`, older ones are read again in the
   * background, and stay good for one hour while that fails.
   * @defaultValue 600 seconds, also for -1
   */
  readonly cacheConfig?: CacheConfig;
  /** How to reach the document and the key set that it names. Both get the same header fields and the same client certificate. */
  readonly clientConfig?: ClientConfig;
  /**
   * Stops the boot if the document or the keys of an issuer cannot be fetched. Otherwise requests are answered 503 until they can.
   * @defaultValue false
   */
  readonly preload?: boolean;
}
