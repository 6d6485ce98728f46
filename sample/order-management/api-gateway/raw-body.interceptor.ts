import { promisify } from 'node:util';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { raw } from 'express';
import type { Observable } from 'rxjs';

/** The order service interprets the body. The gateway reads it as a whole, so that it can send it again with a new token. */
const readRaw = promisify(raw({ type: () => true }));

/** Reads a body of at most 100 KiB, after the guard has admitted the caller. */
export class RawBodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    await readRaw(http.getRequest(), http.getResponse());
    return next.handle();
  }
}
