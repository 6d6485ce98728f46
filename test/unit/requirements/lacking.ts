import type { Principal, PrincipalInit } from 'nest-service-auth';
import { createPrincipal } from 'nest-service-auth';
import { parseRequirements } from '../../../lib/requirements/every-requirement.js';

export function holding(init: Partial<PrincipalInit>): Principal {
  return createPrincipal({ scheme: 's', method: 'm', username: 'u', ...init });
}

/** The code of the first demand that `principal` does not meet; undefined if it meets all. */
export function lacking(requirements: unknown, principal: Principal): string | undefined {
  return parseRequirements(requirements)
    .map((demand) => demand.unmet(principal))
    .find((reason) => reason !== undefined);
}
