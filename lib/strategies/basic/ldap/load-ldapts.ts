import { importPackage } from '../../../config/optional-package.js';

/** The LDAP client library. */
export type Ldapts = typeof import('ldapts');

/** Loads the LDAP client library. @throws MissingPackageError when it cannot be loaded. */
export function loadLdapts(): Promise<Ldapts> {
  return importPackage('ldapts', 'Basic over LDAP');
}
