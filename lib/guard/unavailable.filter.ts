import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Logger } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { AuthUnavailableError } from '../errors.js';
import { AuthUnavailableException } from './exceptions.js';
import { RefusalFilter } from './refusal.filter.js';
import { retryAfterHeader } from './refuse.js';

/** Answers 503 where a handler could not find out: an `AuthClient` that gets no token, for instance. A filter of the application's own goes before it. */
@Catch(AuthUnavailableError)
export class UnavailableFilter implements ExceptionFilter<AuthUnavailableError> {
  private readonly logger = new Logger('AuthModule');

  constructor(
    @Inject(RefusalFilter) private readonly refusals: RefusalFilter,
    @Inject(ApplicationConfig) config: ApplicationConfig,
  ) {
    config.addGlobalFilter(this);
  }

  /** Does nothing in other contexts: their own filter goes on. */
  catch({ message, retryAfter }: AuthUnavailableError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') return;
    this.logger.warn(message);
    this.refusals.catch(new AuthUnavailableException(retryAfterHeader([retryAfter])), host);
  }
}
