import { type ArgumentsHost, Catch, type HttpException, Inject } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../auth.options.js';
import { REFUSALS } from './exceptions.js';

/** Writes the body of a refusal as `responseBody` says. A filter of the application's own goes before it. */
@Catch(...REFUSALS)
export class RefusalFilter extends BaseExceptionFilter {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
  ) {
    super(host.httpAdapter);
  }

  override catch(exception: HttpException, host: ArgumentsHost): void {
    if (host.getType() === 'http' && this.options.responseBody !== 'json') this.reply(exception, host.switchToHttp().getResponse());
    else super.catch(exception, host);
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
