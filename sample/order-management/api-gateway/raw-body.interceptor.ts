import { promisify } from 'node:util';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { raw } from 'express';
import type { Observable } from 'rxjs';

/** What the body says is the order service's business. It is read as a whole, so that it can be sent again with a new token. */
const readRaw = promisify(raw({ type: () => true }));

/** Reads a body, at most 100 KiB of it, once the guard has let the caller in. */
export class RawBodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    await readRaw(http.getRequest(), http.getResponse());
    return next.handle();
  }
}
