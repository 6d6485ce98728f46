import { fieldError, within } from '../../../errors.js';
import { isLoopback } from '../../../outgoing/endpoint.js';
import { type ClientTls, loadClientTls } from '../../../tls/client-tls.js';
import type { LdapUserStoreSettings } from './ldap-user-store.schema.js';

/** Where a directory listens, and how the connection to it is protected. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly security: 'ldaps' | 'startTls' | 'none';
  /** Keys and trust, for `ldaps` and `startTls`. */
  readonly tls: ClientTls;
  /** Seconds to connect, TLS included. */
  readonly connectTimeout: number;
  /** Seconds to wait for one answer. */
  readonly readTimeout: number;
}

/** How users and their groups are found. */
export interface SearchSettings {
  readonly userBases: readonly string[];
  /** A filter with `?` where the user name goes. */
  readonly userFilter: string;
  /** What the entry of a user must fit where its name is known: the filter of the configuration, otherwise the object class. */
  readonly ownFilter: string;
  readonly userNameAttribute: string;
  readonly groupBases: readonly string[];
  readonly groupFilter: string;
  readonly groupNameAttribute: string;
  readonly membershipAttribute: string;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'ldap:': 389, 'ldaps:': 636 };

/**
 * Works out where to connect to, and loads the certificates for it.
 *
 * @throws AuthConfigurationError for a URL that leads nowhere or would send passwords in clear to another machine, and for unusable certificates.
 */
export function resolveEndpoint(config: LdapUserStoreSettings): Endpoint {
  const url = parseUrl(config.connectionUrl);
  const security = securityOf(url, config);
  if (security === 'none') refuseExposure(config, url.hostname);
  return {
    host: url.hostname.replace(/[[\]]/g, ''),
    port: Number(url.port || DEFAULT_PORTS[url.protocol]),
    security,
    tls: within('secureSocket', () => loadClientTls(config.secureSocket)),
    connectTimeout: config.connectionTimeout,
    readTimeout: config.readTimeout,
  };
}

/** Works out how users and groups are searched. */
export function resolveSearches(config: LdapUserStoreSettings): SearchSettings {
  const { userNameAttribute, userNameSearchFilter, userEntryObjectClass, groupNameAttribute, membershipAttribute } = config;
  const named = `(${userNameAttribute}=?)`;
  const ofClass = `(objectClass=${userEntryObjectClass ?? '*'})`;
  return {
    userBases: toBases(config.userSearchBase),
    userFilter: inParentheses(userNameSearchFilter ?? (userEntryObjectClass === undefined ? named : `(&${ofClass}${named})`)),
    ownFilter: inParentheses(userNameSearchFilter ?? ofClass),
    userNameAttribute,
    groupBases: toBases(config.groupSearchBase),
    groupFilter: inParentheses(config.groupNameListFilter ?? `(objectClass=${config.groupEntryObjectClass})`),
    groupNameAttribute,
    membershipAttribute,
  };
}

function parseUrl(written: string): URL {
  const url = /^ldaps?:\/\//i.test(written) && URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || url.hostname === '')
    throw fieldError('connectionUrl', 'must be ldaps://host:port, or ldap://host:port with startTls: true.');
  // The message does not repeat the URL: it may hold a password.
  if (`${url.username}${url.password}` !== '')
    throw fieldError('connectionUrl', 'must not contain a user name or a password: they are connectionName and connectionPassword.');
  if (!['', '/'].includes(url.pathname) || `${url.search}${url.hash}` !== '')
    throw fieldError('connectionUrl', 'must end after the port: where to search is set by userSearchBase and groupSearchBase.');
  return url;
}

function securityOf({ protocol }: URL, { startTls }: LdapUserStoreSettings): Endpoint['security'] {
  if (protocol !== 'ldaps:') return startTls ? 'startTls' : 'none';
  if (startTls) throw fieldError('startTls', 'is for ldap:// only: an ldaps:// connection has TLS from the start.');
  return 'ldaps';
}

function refuseExposure({ secureSocket, allowPlainLdap }: LdapUserStoreSettings, hostname: string): void {
  if (secureSocket !== undefined)
    throw fieldError(
      'secureSocket',
      'has no effect on ldap:// without startTls: true. Use ldaps:// in connectionUrl, or set startTls: true.',
    );
  if (!allowPlainLdap && !isLoopback(hostname))
    throw fieldError(
      'connectionUrl',
      'sends passwords in clear to another machine. Use ldaps://, or set startTls: true; allowPlainLdap: true accepts the risk.',
    );
}

/** Ballerina separates several names with `#`; one that belongs to a name is escaped there. */
function toBases(bases: string | readonly string[]): string[] {
  const list = typeof bases === 'string' ? bases.split(/(?<!\\)#/) : bases;
  return list.map((base) => base.trim()).filter((base) => base !== '');
}

function inParentheses(filter: string): string {
  return filter.startsWith('(') ? filter : `(${filter})`;
}
