import { Injectable } from '@nestjs/common';
import type { Authorizer, Principal } from 'nest-service-auth';

/** A rule of the application's own: a certificate says who somebody is, not whether we do business with them. */
@Injectable()
export class KnownPartner implements Authorizer {
  private readonly partners: ReadonlySet<string> = new Set(['acme']);

  authorize({ username }: Principal): boolean {
    return this.partners.has(username);
  }
}
