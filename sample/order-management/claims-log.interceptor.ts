import { type CallHandler, type ExecutionContext, Logger, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import type { Principal } from 'nest-service-auth';
import type { Observable } from 'rxjs';

/** Logs the claims of the caller and the trace of each admitted request. */
export class ClaimsLogInterceptor implements NestInterceptor {
  private readonly logger: Logger;

  /** @param service - the name of the service. */
  constructor(service: string) {
    this.logger = new Logger(service);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, originalUrl, headers, user } = context.switchToHttp().getRequest<Request & { user?: Principal }>();
    const trace = headers.traceparent === undefined ? '' : `, trace ${headers.traceparent}`;
    this.logger.log(`${method} ${originalUrl} ${describe(user)}${trace}`);
    return next.handle();
  }
}

function describe(principal: Principal | undefined): string {
  if (principal === undefined) return 'from anybody';
  const { method, certificate, claims } = principal;
  return `by ${method}: ${method === 'mtls' ? certificate?.subject : JSON.stringify(claims)}`;
}
