import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, type OnApplicationShutdown } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { AuthUnavailableError, textOf } from '../../errors.js';
import { AuthUnavailableException } from '../../guard/exceptions.js';
import { retryAfterHeader } from '../../guard/refuse.js';
import { CondensedLog } from '../../operator/condensed-log.js';
import { MODULE_LOG } from '../../operator/operator-log.js';
import { RefusalFilter } from './refusal.filter.js';

/** Answers 503 where a handler throws `AuthUnavailableError`: an `AuthClient` that obtains no token, for instance. Filters of the application run before it. */
@Catch(AuthUnavailableError)
export class UnavailableFilter implements ExceptionFilter<AuthUnavailableError>, OnApplicationShutdown {
  private readonly log = new CondensedLog(MODULE_LOG);

  constructor(
    @Inject(RefusalFilter) private readonly refusals: RefusalFilter,
    @Inject(ApplicationConfig) config: ApplicationConfig,
  ) {
    config.addGlobalFilter(this);
  }

  /** Does nothing in other contexts than HTTP: their own filter goes on. */
  catch(error: AuthUnavailableError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') return;
    const text = textOf(error);
    this.log.tell('warn', 'Handlers that answered 503 because something was unavailable', text, () => text);
    this.refusals.catch(new AuthUnavailableException(retryAfterHeader([error.retryAfter])), host);
  }

  /** Writes the lines that were counted and not written yet. */
  onApplicationShutdown(): void {
    this.log.flush();
  }
}
