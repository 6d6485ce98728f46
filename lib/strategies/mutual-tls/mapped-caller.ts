import { createPrincipal, type PrincipalInit } from '../../principal.js';
import { type Accepted, accepted, type Rejected, rejected } from '../strategy.js';
import type { FindCaller, ReadCertificate } from './caller.js';
import { certificateUsername } from './certificate-username.js';
import { matchesIssuer } from './issuer-pin.js';
import type { UsernameSource } from './mutual-ssl.config.js';
import { ANY, type ParsedSystemMapping, type ParsedUserMapping } from './mutual-ssl.schema.js';
import { thumbprintOf } from './thumbprint.js';
import { readUserHeader } from './user-header.js';

/** The mappings of a scheme. */
export interface Mappings {
  readonly scheme: string;
  /** The name of the user header in lower case. */
  readonly userHeader: string;
  readonly users: readonly ParsedUserMapping[];
  readonly systems: readonly ParsedSystemMapping[];
  /** What names the caller where a system mapping leaves that to the certificate. */
  readonly usernameFrom: UsernameSource;
}

type Mapping = ParsedUserMapping | ParsedSystemMapping;

const NO_USER_MAPPING = rejected('no_user_mapping');
const NO_SYSTEM_MAPPING = rejected('no_system_mapping');
const USER_NOT_ALLOWED = rejected('user_not_allowed');

/** The caller is whom the user header names, if the certificate may speak for that user; without the header, whom the system mapping names. */
export function mappedCaller(mappings: Mappings): FindCaller {
  return (read) => {
    const asUser = userOf(mappings, read);
    const asSystem = systemOf(mappings, read);
    return (request) => {
      const user = readUserHeader(request, mappings.userHeader);
      if (user === undefined) return asSystem;
      return typeof user === 'string' ? asUser(user) : user;
    };
  };
}

function userOf({ users, scheme }: Mappings, read: ReadCertificate): (user: string) => Accepted | Rejected {
  const mapping = choose(users, read);
  if (mapping === undefined) return () => NO_USER_MAPPING;
  const allowed = new Set(mapping.allowedUsernames);
  const grant = { scheme, method: 'mtls', certificate: read.summary, ...grantsOf(mapping) };
  return (username) => (allowed.has(username) || allowed.has(ANY) ? accepted(createPrincipal({ ...grant, username })) : USER_NOT_ALLOWED);
}

function systemOf({ systems, scheme, usernameFrom }: Mappings, read: ReadCertificate): Accepted | Rejected {
  const { certificate, subject, summary } = read;
  const mapping = choose(systems, read);
  if (mapping === undefined) return NO_SYSTEM_MAPPING;
  const { allowedSystemUser: username } = mapping;
  const named = username === ANY ? certificateUsername(certificate, subject, usernameFrom) : { username };
  if ('refusal' in named) return rejected(named.refusal);
  return accepted(createPrincipal({ scheme, method: 'mtls', certificate: summary, ...grantsOf(mapping), ...named }));
}

/** The one mapping that counts: for the very certificate, or else for every one of its issuer. What it does not allow, no other does. */
function choose<M extends Mapping>(mappings: readonly M[], read: ReadCertificate): M | undefined {
  const ofIssuer = mappings.filter(({ trustedIssuer }) => matchesIssuer(read, trustedIssuer));
  const thumbprint = thumbprintOf(read.certificate);
  return ofIssuer.find((mapping) => mapping.certThumbprint === thumbprint) ?? ofIssuer.find((mapping) => mapping.certThumbprint === ANY);
}

function grantsOf({ roles = [], scopes = [] }: Mapping): Pick<PrincipalInit, 'roles' | 'scopes'> {
  return { roles, scopes };
}
