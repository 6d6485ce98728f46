import type { CacheConfig } from '../../../memory/cache-config.js';
import type { ClientSecureSocket } from '../../../tls/secure-socket.config.js';
import type { FailedLoginsConfig } from '../failed-logins.config.js';

/**
 * Basic authentication against an LDAP directory: Ballerina's `LdapUserStoreConfig`. The user's entry is searched with the
 * service account, the password is checked by a bind as that entry, and the groups that it is a member of become scopes and roles.
 *
 * @see RFC 4511 (protocol), RFC 4513 (authentication)
 */
export interface LdapUserStoreConfig {
  /** What messages call the directory; the host of `connectionUrl` where it is left out. */
  readonly domainName?: string;
  /** `ldaps://host:636` or `ldap://host:389`. Without TLS only to this machine itself, unless `allowPlainLdap`. */
  readonly connectionUrl: string;
  /** The name that the service account binds with: `cn=reader,dc=example,dc=com`. */
  readonly connectionName: string;
  /** The service account's password. */
  readonly connectionPassword: string;
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
   * The attribute of a group that names its members: by their full name, or, if it is `memberUid`, by the first value of that name.
   * @defaultValue 'member'
   */
  readonly membershipAttribute?: string;
  /**
   * Remembers the groups of a user for five minutes.
   * @defaultValue false
   */
  readonly userRolesCacheEnabled?: boolean;
  /**
   * Keeps the service account's connection open from one login to the next. A user's own bind always gets a connection of its own.
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
  /** How many verified logins are remembered, and for how long. */
  readonly cacheConfig?: CacheConfig;
  /** How many failed logins are answered before a caller must wait; `false` sets no limit. */
  readonly failedLogins?: FailedLoginsConfig | false;
}

declare module '../../strategy.js' {
  interface AuthSchemeConfigs {
    /** Basic credentials, checked against an LDAP directory. */
    ldapUserStoreConfig: LdapUserStoreConfig;
  }
}
