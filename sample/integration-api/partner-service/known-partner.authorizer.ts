import { Injectable } from '@nestjs/common';
import type { Authorizer, Principal } from 'nest-service-auth';

/** A custom authorizer: a certificate says who the caller is, but not whether the caller is a partner. */
@Injectable()
export class KnownPartner implements Authorizer {
  private readonly partners: ReadonlySet<string> = new Set(['acme']);

  authorize({ username }: Principal): boolean {
    return this.partners.has(username);
  }
}
