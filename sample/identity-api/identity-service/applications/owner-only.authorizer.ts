import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { Authorizer, Principal } from 'nest-service-auth';
import { Applications } from './applications.js';

/** Only its owner may change an application. The answer does not reveal whether an application of somebody else exists. */
@Injectable()
export class OwnerOnly implements Authorizer {
  constructor(private readonly applications: Applications) {}

  authorize({ username }: Principal, context: ExecutionContext): boolean {
    const { id } = context.switchToHttp().getRequest<Request<{ id: string }>>().params;
    return this.applications.find(id)?.owner === username;
  }
}
