import { normalizedPath } from '../../http/request-path.js';
import { createPrincipal } from '../../principal.js';
import { type Accepted, accepted, type Rejected, rejected } from '../strategy.js';
import type { FindCaller, ReadCertificate } from './caller.js';
import { certificateUsername } from './certificate-username.js';
import { intermediateCaller } from './intermediate-caller.js';
import { mappedCaller } from './mapped-caller.js';
import type { UsernameSource } from './mutual-ssl.config.js';
import type { MutualSslSettings } from './mutual-ssl.schema.js';

/** The name of the user header unless the config says otherwise, in lower case. */
export const DEFAULT_USER_HEADER = 'wso2-identity-user';

/** Chooses how a scheme finds its callers. */
export function findCallerOf(settings: MutualSslSettings, scheme: string): FindCaller {
  const { usernameFrom = 'CN', intermediateCertValidation: intermediate, userHeader = DEFAULT_USER_HEADER } = settings;
  const { userMappings: users = [], systemMappings: systems = [] } = settings;
  const mapped = mappedCaller({ scheme, userHeader, users, systems, usernameFrom });
  if (intermediate !== undefined)
    return exceptBelow(intermediate.exemptContexts ?? [], mapped, intermediateCaller(scheme, intermediate.certCNs));
  return hasMappings(settings) ? mapped : certificateCaller(scheme, usernameFrom);
}

/** Whether a config has mappings of either kind. */
export function hasMappings({ userMappings, systemMappings }: MutualSslSettings): boolean {
  return userMappings !== undefined || systemMappings !== undefined;
}

/** Whether a URI without its certificate can name a caller: not where anything else of the certificate counts. */
export function takesUris({ usernameFrom, trustedIssuer, intermediateCertValidation, ...settings }: MutualSslSettings): boolean {
  return usernameFrom === 'SAN:uri' && trustedIssuer === undefined && intermediateCertValidation === undefined && !hasMappings(settings);
}

/** The caller is the one in the certificate; the request does not change it. */
export function certificateCaller(scheme: string, source: UsernameSource): FindCaller {
  return (read) => {
    const verdict = callerNamed(read, scheme, source);
    return () => verdict;
  };
}

function callerNamed({ certificate, subject, summary }: ReadCertificate, scheme: string, source: UsernameSource): Accepted | Rejected {
  const named = certificateUsername(certificate, subject, source);
  if ('refusal' in named) return rejected(named.refusal);
  return accepted(createPrincipal({ scheme, method: 'mtls', username: named.username, certificate: summary }));
}

const AMBIGUOUS_PATH = rejected('ambiguous_path');

/**
 * One way to find the caller below certain paths, and another one everywhere else.
 *
 * @param contexts - beginnings of paths, in lower case and without a slash at the end.
 */
export function exceptBelow(contexts: readonly string[], below: FindCaller, elsewhere: FindCaller): FindCaller {
  if (contexts.length === 0) return elsewhere;
  return (read) => {
    const [exempt, other] = [below(read), elsewhere(read)];
    return (request) => {
      // A path that another hop may read as another one must not choose who the caller is.
      const path = normalizedPath(request.url ?? '');
      if (path === undefined) return AMBIGUOUS_PATH;
      return isBelow(path.toLowerCase(), contexts) ? exempt(request) : other(request);
    };
  };
}

/** In any case: Express's routes do not tell cases apart. */
function isBelow(path: string, contexts: readonly string[]): boolean {
  return contexts.some((context) => path === context || path.startsWith(`${context}/`));
}
