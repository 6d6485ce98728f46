import type { CacheConfig } from '../../../memory/cache-config.js';
import type { ClientSecureSocket } from '../../../tls/secure-socket.config.js';
import type { FailedLoginsConfig } from '../failed-logins.config.js';

/**
 * Basic authentication against an LDAP directory: Ballerina's `LdapUserStoreConfig`. A service account searches the entry of the user, and
 * a bind as that entry verifies the password; or the user binds with a name made by `bindTemplate`. The groups of the entry become scopes
 * and roles.
 *
 * @see RFC 4511 (protocol), RFC 4513 (authentication)
 */
export interface LdapUserStoreConfig {
  /**
   * The name of the directory in log messages.
   * @defaultValue the host of `connectionUrl`
   */
  readonly domainName?: string;
  /** `ldaps://host:636` or `ldap://host:389`. Without TLS only to this machine itself, unless `allowPlainLdap`. */
  readonly connectionUrl: string;
  /** The name that the service account binds with: `cn=reader,dc=example,dc=com`. Required unless `bindTemplate` is set. */
  readonly connectionName?: string;
  /** The password of the service account. Required unless `bindTemplate` is set. */
  readonly connectionPassword?: string;
  /**
   * Replaces the service account: users bind with this name, in which `{user}` is the user name, and the connection of the user reads the
   * entry and the groups. The name of an entry (`uid={user},ou=People,dc=example,dc=com`) below `userSearchBase`; for Active Directory
   * also `{user}@corp.example` or `CORP\\{user}`.
   */
  readonly bindTemplate?: string;
  /** Where users are, with everything below: one name, several with `#` between them, or a list. */
  readonly userSearchBase: string | readonly string[];
  /** The object class of a user; used where `userNameSearchFilter` is left out. */
  readonly userEntryObjectClass?: string;
  /** The attribute that holds the user name; its value in the entry is the principal's name. */
  readonly userNameAttribute: string;
  /**
   * Finds the entry of a user: `?` is the user name, escaped.
   * @defaultValue `(&(objectClass=<userEntryObjectClass>)(<userNameAttribute>=?))`
   */
  readonly userNameSearchFilter?: string;
  /** Accepted so that a Ballerina configuration can be carried over, and ignored: users are not listed. */
  readonly userNameListFilter?: string;
  /** Where groups are, with everything below: one name or a list. Without it users have no scopes. */
  readonly groupSearchBase?: string | readonly string[];
  /**
   * The object class of a group; used where `groupNameListFilter` is left out.
   * @defaultValue 'groupOfNames'
   */
  readonly groupEntryObjectClass?: string;
  /**
   * The attribute that holds a group's name: the scope.
   * @defaultValue 'cn'
   */
  readonly groupNameAttribute?: string;
  /** Accepted so that a Ballerina configuration can be carried over, and ignored: groups are found by their members. */
  readonly groupNameSearchFilter?: string;
  /**
   * What a group is, to which the membership is added.
   * @defaultValue `(objectClass=<groupEntryObjectClass>)`
   */
  readonly groupNameListFilter?: string;
  /**
   * The attribute of a group that names its members: by the names of their entries, or, if it is `memberUid`, by the login name as the entry
   * of the user has it. It may carry a matching rule: `member:1.2.840.113556.1.4.1941:` finds nested groups in Active Directory.
   * @defaultValue 'member'
   * @see RFC 4515 §3, RFC 2307 §5.3
   */
  readonly membershipAttribute?: string;
  /**
   * Caches the groups of a user for five minutes.
   * @defaultValue false
   */
  readonly userRolesCacheEnabled?: boolean;
  /**
   * Keeps the connection of the service account open from one login to the next. The bind of a user always has a connection of its own.
   * @defaultValue true
   */
  readonly connectionPoolingEnabled?: boolean;
  /**
   * Seconds to connect, TLS included.
   * @defaultValue 5
   */
  readonly connectionTimeout?: number;
  /**
   * Seconds to wait for an answer. A whole login takes at most `connectionTimeout` and `readTimeout` together.
   * @defaultValue 5
   */
  readonly readTimeout?: number;
  /** TLS of `ldaps://` or `startTls`: the CAs to trust, a client certificate. */
  readonly secureSocket?: ClientSecureSocket;
  /**
   * Starts TLS on an `ldap://` connection before anything else is sent; a directory that refuses is not used.
   * @defaultValue false
   * @see RFC 4511 §4.14
   */
  readonly startTls?: boolean;
  /**
   * Accepts `ldap://` without TLS to another machine: passwords cross the network in clear.
   * @defaultValue false
   */
  readonly allowPlainLdap?: boolean;
  /**
   * How many verified logins are cached, and for how long; `false` caches none.
   * @defaultValue 1000 for 300 seconds
   */
  readonly cacheConfig?: CacheConfig | false;
  /** How many failed logins are answered before a caller must wait; `false` sets no limit. */
  readonly failedLogins?: FailedLoginsConfig | false;
}

declare module '../../strategy.js' {
  interface AuthSchemeConfigs {
    /** Basic credentials, checked against an LDAP directory. */
    ldapUserStoreConfig: LdapUserStoreConfig;
  }
}
