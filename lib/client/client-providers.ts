import { type DynamicModule, type FactoryProvider, Scope } from '@nestjs/common';
import { AuthClients } from './auth-clients.js';
import { askedClientNames, getAuthClientToken } from './inject-auth-client.decorator.js';

/**
 * Adds to a module the clients that decorators inject. They are looked up when Nest reads the definition: by then every file of the application
 * has been loaded, which is not certain when the definition is created.
 */
export function withAuthClients(definition: DynamicModule): DynamicModule {
  const { providers = [], exports = [] } = definition;
  return {
    ...definition,
    get providers() {
      return [...providers, ...askedClientNames().map(providerOf)];
    },
    get exports() {
      return [...exports, AuthClients, ...askedClientNames().map(getAuthClientToken)];
    },
  };
}

/** Transient, so that a name is only looked up where a class injects it. */
function providerOf(name: string): FactoryProvider {
  return {
    provide: getAuthClientToken(name),
    scope: Scope.TRANSIENT,
    inject: [AuthClients],
    useFactory: (clients: AuthClients) => clients.get(name),
  };
}
