import { type ArgumentsHost, Catch, type HttpException, Inject } from '@nestjs/common';
import { ApplicationConfig, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../auth.options.js';
import { REFUSALS, type RefusalException } from './exceptions.js';
import { putHeaders } from './put-headers.js';

/** Writes the body of a refusal as `responseBody` says. A filter of the application's own goes before it. */
@Catch(...REFUSALS)
export class RefusalFilter extends BaseExceptionFilter {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
    @Inject(ApplicationConfig) config: ApplicationConfig,
  ) {
    super(host.httpAdapter);
    // Nest asks the filter that was added last first. APP_FILTER would add this one after those of the root module.
    config.addGlobalFilter(this);
  }

  override catch(exception: RefusalException, host: ArgumentsHost): void {
    // Global filters are asked in every context. There is no HTTP answer to write in another: its own filter goes on.
    if (host.getType() !== 'http') return;
    const response = host.switchToHttp().getResponse<object>();
    // The guard has done so already, but AuthService may have thrown this in a handler.
    putHeaders(this.host, response, exception.headers);
    if (this.options.responseBody === 'json') super.catch(exception, host);
    else this.reply(exception, response);
  }

  private reply(exception: HttpException, response: object): void {
    const { httpAdapter } = this.host;
    if (this.options.responseBody === 'problem') httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    const body = this.options.responseBody === 'problem' ? problemOf(exception) : undefined;
    httpAdapter.reply(response, body, exception.getStatus());
  }
}

/** @see RFC 9457 §3 and §4.2.1: `about:blank` says no more than the status, and so does its title. */
function problemOf(exception: HttpException) {
  return { type: 'about:blank', title: exception.message, status: exception.getStatus() };
}
