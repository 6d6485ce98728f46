import { promisify } from 'node:util';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { json } from 'express';
import type { Observable } from 'rxjs';

const parseJson = promisify(json());

/**
 * Reads a JSON body once the guard has let the caller in.
 *
 * A body parser is middleware, and middleware runs before guards: a stranger could make the service read a body and be told
 * by a 400 what was wrong with it. An interceptor comes after the guards and before the pipes that need the body.
 */
export class JsonBodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    await parseJson(http.getRequest(), http.getResponse());
    return next.handle();
  }
}
