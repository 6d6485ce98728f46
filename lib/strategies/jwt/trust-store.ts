import type { X509Certificate } from 'node:crypto';
import { suggest } from '../../config/nearest-name.js';
import { fieldError } from '../../errors.js';
import { readPkcs12 } from '../../tls/pkcs12.js';
import type { TrustStoreConfig } from './jwt-validator.config.js';

/**
 * Reads the certificate of an alias from a PKCS#12 trust store. As in a Java key store, case does not matter in an alias.
 *
 * @param path - names the field in messages.
 * @throws AuthConfigurationError naming the field, if there is no such certificate, or several.
 */
export function readTrustedCertificate({ trustStore, certAlias }: TrustStoreConfig, path: string): X509Certificate {
  const { aliases } = readPkcs12(trustStore, `${path}.trustStore`);
  const found = aliases.filter(({ alias }) => alias.toLowerCase() === certAlias.toLowerCase());
  const [first, second] = found;
  if (first === undefined) {
    const known = suggest(
      certAlias,
      aliases.map(({ alias }) => alias),
    );
    throw fieldError(`${path}.certAlias`, `is "${certAlias}", which the trust store does not have. ${known}`);
  }
  if (second !== undefined) throw fieldError(`${path}.certAlias`, `is "${certAlias}", which the trust store has ${found.length} times.`);
  return first.certificate;
}
