import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { Authorizer, Principal } from 'nest-service-auth';
import { Applications } from './applications.js';

/** An application may be changed by its owner only. Whoever asks about one that does not exist learns no more than about another's. */
@Injectable()
export class OwnerOnly implements Authorizer {
  constructor(private readonly applications: Applications) {}

  authorize({ username }: Principal, context: ExecutionContext): boolean {
    const { id } = context.switchToHttp().getRequest<Request<{ id: string }>>().params;
    return this.applications.find(id)?.owner === username;
  }
}
