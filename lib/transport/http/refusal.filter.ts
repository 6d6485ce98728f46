import { type ArgumentsHost, Catch, type HttpException, Inject } from '@nestjs/common';
import { ApplicationConfig, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { REFUSALS, type RefusalException } from '../../guard/exceptions.js';
import { explanationIn } from '../../guard/explain.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../../resolved-options.js';
import { problemOf } from '../refusal-code.js';
import { HttpTransport } from './http.transport.js';

/** Writes the body of a refusal in the form of `responseBody`. Filters of the application run before it. */
@Catch(...REFUSALS)
export class RefusalFilter extends BaseExceptionFilter {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(HttpTransport) private readonly http: HttpTransport,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
    @Inject(ApplicationConfig) config: ApplicationConfig,
  ) {
    super(host.httpAdapter);
    // Nest tries the filter that was added last first. APP_FILTER would add this one after those of the root module.
    config.addGlobalFilter(this);
  }

  override catch(exception: RefusalException, host: ArgumentsHost): void {
    // Global filters run in every context. In another than HTTP there is no HTTP answer: the filter of that context goes on.
    if (host.getType() !== 'http') return;
    const response = host.switchToHttp().getResponse<object>();
    // A refusal of AuthService may have been thrown in a handler: then the guard has not put its header fields there.
    if (this.options.responseBody === 'json' && explanationIn(exception) === undefined) {
      this.http.putHeaders(response, exception.headers);
      super.catch(exception, host);
    } else this.answer(exception, response);
  }

  /** Writes the whole answer, also where no filter runs: in a middleware, or a hook of Fastify. */
  answer(exception: RefusalException, response: object): void {
    const explanation = explanationIn(exception);
    this.http.putHeaders(response, exception.headers);
    this.reply(exception, response, explanation && { explanation });
  }

  private reply(exception: HttpException, response: object, explained: object | undefined): void {
    const { httpAdapter } = this.host;
    const { responseBody } = this.options;
    const status = exception.getStatus();
    if (responseBody === 'problem') {
      this.http.putHeaders(response, { 'Content-Type': 'application/problem+json' });
      // As text: for an object, the Express adapter of Nest 11 replaces the type by application/json.
      httpAdapter.reply(response, JSON.stringify({ ...problemOf(exception), ...explained }), status);
    } else httpAdapter.reply(response, responseBody === 'empty' ? undefined : { ...Object(exception.getResponse()), ...explained }, status);
  }
}
