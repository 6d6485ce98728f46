import { AuthConfigurationError } from '../../../errors.js';

/** The LDAP client library. */
export type Ldapts = typeof import('ldapts');

/**
 * Loads the LDAP client library, which is installed only where a directory is used.
 *
 * @throws AuthConfigurationError when it is not installed.
 */
export async function loadLdapts(load: () => Promise<Ldapts> = () => import('ldapts')): Promise<Ldapts> {
  try {
    return await load();
  } catch (cause) {
    throw new AuthConfigurationError('Basic over LDAP needs the package "ldapts", which cannot be loaded: npm install ldapts@8', { cause });
  }
}
