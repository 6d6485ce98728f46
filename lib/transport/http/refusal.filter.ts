import { type ArgumentsHost, Catch, type HttpException, Inject } from '@nestjs/common';
import { ApplicationConfig, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { REFUSALS, type RefusalException } from '../../guard/exceptions.js';
import { explanationIn } from '../../guard/explain.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../../resolved-options.js';
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
    const explanation = explanationIn(exception);
    if (this.options.responseBody === 'json' && explanation === undefined) super.catch(exception, host);
    else this.reply(exception, response, explanation && { explanation });
  }

  /** Answers where no filter runs: a middleware, or a hook of Fastify. */
  answer(exception: RefusalException, response: object): void {
    const explanation = explanationIn(exception);
    putHeaders(this.host, response, exception.headers);
    this.reply(exception, response, explanation && { explanation });
  }

  private reply(exception: HttpException, response: object, explained: object | undefined): void {
    const { httpAdapter } = this.host;
    const { responseBody } = this.options;
    if (responseBody === 'problem') httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    const body = responseBody === 'problem' ? problemOf(exception) : exception.getResponse();
    httpAdapter.reply(response, responseBody === 'empty' ? undefined : { ...Object(body), ...explained }, exception.getStatus());
  }
}

/** @see RFC 9457 §3 and §4.2.1: `about:blank` says no more than the status, and so does its title. */
function problemOf(exception: HttpException) {
  return { type: 'about:blank', title: exception.message, status: exception.getStatus() };
}
