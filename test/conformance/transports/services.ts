import type { Type } from '@nestjs/common';
import { AuthModule, ServiceAuth, type ServiceDeclaration } from 'nest-service-auth';
import { type Fixtures, startFixtures } from '../http-listener/fixtures.js';
import { CREDENTIALS, SERVICES, TRANSPORT_CASES } from './cases.js';

type Json = Readonly<Record<string, unknown>>;

/** The names of the services that the cases call. */
export const NAMES = Object.keys(SERVICES);
/** The cases, with the status that is expected here. */
export const rows = TRANSPORT_CASES.map((each) => ({ ...each, expected: each.ours ?? each.status }));

/** The services and the credentials of the cases, with the servers that these need. */
export class Services {
  private constructor(private readonly fixtures: Fixtures) {}

  static async start(): Promise<Services> {
    return new Services(await startFixtures(CREDENTIALS));
  }

  close(): Promise<void> {
    return this.fixtures.close();
  }

  /** The value of `authorization` for a call; none without credentials. */
  async authorizationOf(name: string | null): Promise<{ authorization?: string }> {
    if (name === null) return {};
    return { authorization: name === 'empty bearer' ? 'bearer ' : await this.fixtures.authorization(name) };
  }

  /** Puts the declaration of a service on a class. */
  declare(name: string, service: Type): Type {
    const auth = SERVICES[name] || false;
    const complete = (entry: Json) =>
      Object.fromEntries(
        Object.entries(entry).map(([key, value]) => [key, key === 'scopes' ? value : this.fixtures.complete(key, value as Json)]),
      );
    ServiceAuth({ auth: (auth === false ? false : auth.map(complete)) as ServiceDeclaration })(service);
    return service;
  }
}

/** A module with the handlers of the services. */
export function moduleOf(parts: object) {
  class ConformanceModule {}
  return { module: ConformanceModule, imports: [AuthModule.forRoot({})], ...parts };
}
