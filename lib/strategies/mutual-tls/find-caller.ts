import type { FindCaller } from './caller.js';
import { certificateCaller } from './certificate-caller.js';
import { exceptBelow } from './exempt-contexts.js';
import { intermediateCaller } from './intermediate-caller.js';
import { mappedCaller } from './mapped-caller.js';
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
