import { Inject } from '@nestjs/common';

/**
 * The names that decorators inject. Nest needs a provider for each before it runs the factory that knows the clients, and only decorators have run
 * by then. A name of another application in this process costs nothing: its provider is only created where it is injected.
 */
const asked = new Set<string>();

/** The injection token of the client with that name, for `overrideProvider()` in tests and for factories. */
export function getAuthClientToken(name: string): string {
  return `nest-service-auth:client:${name}`;
}

/**
 * Injects the client with that name. A name that `AuthModule.forRoot({ clients })` does not have is an error at boot.
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

/** The names that decorators have injected so far. */
export function askedClientNames(): string[] {
  return [...asked];
}
