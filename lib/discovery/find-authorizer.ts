import { Scope, type Type } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { Authorizer } from '../authorizer.js';
import { AuthConfigurationError } from '../errors.js';
import { describeRequestScope, requestScopedPath } from './request-scope.js';

/**
 * The instance of an authorizer class, wherever it is provided.
 *
 * @throws AuthConfigurationError if there is none, or not one for all requests.
 */
export function findAuthorizer(type: Type<Authorizer>, moduleRef: ModuleRef, modules: ModulesContainer): Authorizer {
  try {
    return moduleRef.get(type, { strict: false });
  } catch (cause) {
    throw new AuthConfigurationError(describeMissing(type, modules), { cause });
  }
}

function describeMissing(type: Type<Authorizer>, modules: ModulesContainer): string {
  const wrapper = [...modules.values()].flatMap(({ providers }) => providers.get(type) ?? [])[0];
  if (wrapper === undefined) return `${type.name} is not provided. List it in AuthModule.forRoot({ authorizers: [${type.name}] }).`;
  if (wrapper.scope === Scope.TRANSIENT) return `${type.name} is transient: an authorizer must be a singleton. Give it the default scope.`;
  return describeRequestScope(requestScopedPath(wrapper) ?? [type.name]);
}
