import { Scope } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';

/** A provider as Nest keeps it, with what it depends on. */
export type ProviderWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** The providers from `wrapper` to the request-scoped one that it depends on, by name; undefined if it depends on none. */
export function requestScopedPath(wrapper: ProviderWrapper, seen = new Set<ProviderWrapper>()): readonly string[] | undefined {
  if (wrapper.scope === Scope.REQUEST) return [nameOf(wrapper)];
  if (seen.has(wrapper) || wrapper.isDependencyTreeStatic()) return undefined;
  seen.add(wrapper);
  for (const dependency of dependenciesOf(wrapper)) {
    const path = requestScopedPath(dependency, seen);
    if (path !== undefined) return [nameOf(wrapper), ...path];
  }
  return undefined;
}

/** Says which provider is request-scoped, and the cure. */
export function describeRequestScope(path: readonly string[]): string {
  const [scoped, user] = path.toReversed();
  const chain = path.length > 2 ? ` (${path.join(' -> ')})` : '';
  const singletons = `AuthModule and all that it uses must be singletons${chain}`;
  return user === undefined
    ? `${scoped} is request-scoped: ${singletons}. Give it the default scope.`
    : `${user} depends on ${scoped}, which is request-scoped: ${singletons}. Remove that dependency, or give ${scoped} the default scope.`;
}

/** Nest keeps nothing for an optional dependency that is not there. */
function dependenciesOf(wrapper: ProviderWrapper): ProviderWrapper[] {
  const properties = wrapper.getPropertiesMetadata() ?? [];
  return [...(wrapper.getCtorMetadata() ?? []), ...properties.map((property) => property.wrapper)].filter(Boolean);
}

/** The name of the class, whatever its token is; of a factory the token. */
function nameOf({ name }: ProviderWrapper): string {
  return String(name);
}
