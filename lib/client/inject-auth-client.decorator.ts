import { Inject } from '@nestjs/common';

/**
 * The names that decorators ask for. Nest must know a provider for each before it runs the factory that knows the clients, and decorators are all
 * there is by then. A name that another application of this process asks for costs nothing: its provider is only made where it is injected.
 */
const asked = new Set<string>();

/** The injection token of the client with that name, for `overrideProvider()` in tests and for factories. */
export function getAuthClientToken(name: string): string {
  return `nest-service-auth:client:${name}`;
}

/**
 * Injects the client with that name. A name that `AuthModule.forRoot({ clients })` does not have stops the boot.
 *
 * @example
 * ```ts
 * constructor(@InjectAuthClient('inventory') private readonly inventory: AuthClient) {}
 * ```
 */
export function InjectAuthClient(name: string): PropertyDecorator & ParameterDecorator {
  asked.add(name);
  return Inject(getAuthClientToken(name));
}

/** The names that were asked for so far. */
export function askedClientNames(): string[] {
  return [...asked];
}
