import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { OAuthError } from './oauth-error.js';

/** Writes an error of the token endpoint, with the challenge that a 401 needs. @see RFC 6749 §5.2 */
@Catch(OAuthError)
export class OAuthErrorFilter implements ExceptionFilter<OAuthError> {
  catch(error: OAuthError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (error.code === 'invalid_client') response.setHeader('WWW-Authenticate', 'Basic realm="sts", charset="UTF-8"');
    response.status(error.getStatus()).json(error.getResponse());
  }
}
