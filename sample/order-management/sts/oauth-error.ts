import { HttpException, HttpStatus } from '@nestjs/common';

/** The errors of a token endpoint that this one knows. @see RFC 6749 §5.2 */
export type OAuthErrorCode = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type' | 'invalid_scope';

/** What a token endpoint answers when it issues no token. @see RFC 6749 §5.2 */
export class OAuthError extends HttpException {
  constructor(
    readonly code: OAuthErrorCode,
    description: string,
  ) {
    super({ error: code, error_description: description }, code === 'invalid_client' ? HttpStatus.UNAUTHORIZED : HttpStatus.BAD_REQUEST);
  }
}
