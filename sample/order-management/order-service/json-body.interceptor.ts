import { promisify } from 'node:util';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { json } from 'express';
import type { Observable } from 'rxjs';

const parseJson = promisify(json());

/**
 * Reads a JSON body after the guard has admitted the caller.
 *
 * A body parser is middleware, and middleware runs before guards: the service would read the bodies of unauthenticated callers, and answer
 * mistakes in them with 400. An interceptor runs after the guards and before the pipes, which need the body.
 */
export class JsonBodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    await parseJson(http.getRequest(), http.getResponse());
    return next.handle();
  }
}
