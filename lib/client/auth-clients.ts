import type { OnApplicationShutdown } from '@nestjs/common';
import { suggest } from '../config/nearest-name.js';
import { AuthConfigurationError } from '../errors.js';
import type { AuthClient } from './auth-client.js';

/** The clients of the application by name: for names that are known at run time only. Inject it, or one client with `@InjectAuthClient()`. */
export class AuthClients implements OnApplicationShutdown {
  /** @internal Created by the module. */
  constructor(private readonly byName: ReadonlyMap<string, AuthClient>) {}

  /**
   * The client of that name.
   *
   * @throws AuthConfigurationError if there is none.
   */
  get(name: string): AuthClient {
    const client = this.byName.get(name);
    if (client !== undefined) return client;
    const message = `There is no client "${name}" in AuthModule options.clients. ${suggest(name, [...this.byName.keys()])}`;
    throw new AuthConfigurationError(message);
  }

  /** Closes connections and forgets tokens. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.byName.values()].map((client) => client.close()));
  }
}
