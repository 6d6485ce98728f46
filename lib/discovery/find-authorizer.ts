import { Scope, type Type } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { Authorizer } from '../authorizer.js';
import { AuthConfigurationError } from '../errors.js';
import type { PrincipalEnricher } from '../principal-enricher.js';
import { describeRequestScope, requestScopedPath } from './request-scope.js';

/**
 * The instance of an authorizer class, wherever it is provided.
 *
 * @throws AuthConfigurationError if there is none, or not one for all requests.
 */
export function findAuthorizer(type: Type<Authorizer>, moduleRef: ModuleRef, modules: ModulesContainer): Authorizer {
  return find(type, moduleRef, modules, { what: 'an authorizer', option: `authorizers: [${type.name}]` });
}

/**
 * The instance of the enricher's class, wherever it is provided.
 *
 * @throws AuthConfigurationError if there is none, or not one for all requests.
 */
export function findEnricher(type: Type<PrincipalEnricher>, moduleRef: ModuleRef, modules: ModulesContainer): PrincipalEnricher {
  return find(type, moduleRef, modules, { what: 'an enricher', option: `enricher: ${type.name}` });
}

/** How messages name what is looked for. */
interface Names {
  readonly what: string;
  /** The option in which it is listed. */
  readonly option: string;
}

function find<T>(type: Type<T>, moduleRef: ModuleRef, modules: ModulesContainer, names: Names): T {
  try {
    return moduleRef.get(type, { strict: false });
  } catch (cause) {
    throw new AuthConfigurationError(describeMissing(type, modules, names), { cause });
  }
}

function describeMissing(type: Type, modules: ModulesContainer, { what, option }: Names): string {
  const wrapper = [...modules.values()].flatMap(({ providers }) => providers.get(type) ?? [])[0];
  if (wrapper === undefined) return `${type.name} is not provided. List it in AuthModule.forRoot({ ${option} }).`;
  if (wrapper.scope === Scope.TRANSIENT) return `${type.name} is transient: ${what} must be a singleton. Give it the default scope.`;
  return describeRequestScope(requestScopedPath(wrapper) ?? [type.name]);
}
