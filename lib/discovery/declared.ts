import { type ClassRef, declaredResource, declaredService } from '../decorators/declaration.js';
import type { ConfigurationProblem } from '../errors.js';

/** What is declared for a method: its own declaration, else its class's. */
export function declaredFor(type: ClassRef, name: string | symbol) {
  const resource = declaredResource(type, name).own;
  if (resource !== undefined) return { by: '@ResourceAuth', auth: resource.auth };
  const service = declaredService(type);
  return service === undefined ? undefined : { by: '@ServiceAuth', auth: service.auth };
}

/** The mistake that a method is which overrides a protected one and declares nothing itself. */
export function lostDeclaration(type: ClassRef, name: string | symbol, path: string): ConfigurationProblem | undefined {
  const { lost } = declaredResource(type, name);
  if (lost === undefined || lost.auth === false) return undefined;
  const message = `overrides ${lost.from}, which has @ResourceAuth, but has none itself. Repeat the declaration on the override, or declare another.`;
  return { path, message };
}
