import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LdapUserStoreConfig } from '../../lib/strategies/basic/ldap/ldap-user-store.config.js';

/** An entry of a directory: its name, and its attributes. */
export interface LdapEntry {
  readonly dn: string;
  readonly [attribute: string]: string | readonly string[];
}

interface DirectoryFacts {
  readonly config: LdapUserStoreConfig & { readonly groupSearchBase: readonly string[] };
  readonly baseEntry: LdapEntry;
  readonly adminBind: { readonly dn: string; readonly password: string };
  readonly entries: readonly LdapEntry[];
}

/** The directory that the conformance cases are about, and its configuration. */
export const DIRECTORY_FACTS = JSON.parse(
  readFileSync(join(import.meta.dirname, '../conformance/ldap/directory.json'), 'utf8'),
) as DirectoryFacts;

/** Ballerina's configuration of the directory, with the address of one that runs here. */
export function ldapConfig(url: string, changes: Partial<LdapUserStoreConfig> = {}): LdapUserStoreConfig {
  return { ...DIRECTORY_FACTS.config, connectionUrl: url, readTimeout: 5, ...changes };
}
