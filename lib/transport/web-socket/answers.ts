import { HttpException, ServiceUnavailableException } from '@nestjs/common';
import { textOf } from '../../errors.js';
import { isRefusal } from '../../guard/exceptions.js';
import { MODULE_LOG } from '../../operator/operator-log.js';
import type { ResponseBody } from '../../resolved-options.js';
import { codedRefusal, problemOf } from '../refusal-code.js';
import type { ConnectAnswer } from './socket-io-server.js';
import type { UpgradeAnswer } from './ws-server.js';

/** The exception that answers what was thrown during a handshake: an error of the application is not the caller's fault. */
export function exceptionIn(thrown: unknown): HttpException {
  if (thrown instanceof HttpException) return thrown;
  MODULE_LOG.error(`A connection could not be decided about: ${textOf(thrown)}`);
  return new ServiceUnavailableException();
}

/** The answer of an upgrade: the status, the header fields, and the body in the form of `responseBody`. */
export function upgradeAnswer(exception: HttpException, responseBody: ResponseBody): UpgradeAnswer {
  const fields = isRefusal(exception) ? Object.entries(exception.headers) : [];
  const headers = Object.fromEntries(fields.map(([name, value]) => [name, [value].flat().join(', ')]));
  const status = exception.getStatus();
  if (responseBody === 'empty') return { status, body: undefined, headers };
  const coded = isRefusal(exception) ? codedRefusal(exception) : {};
  const body =
    responseBody === 'json' ? { statusCode: status, message: exception.message, ...coded } : { ...problemOf(exception), ...coded };
  const type = responseBody === 'json' ? 'application/json' : 'application/problem+json';
  return { status, body: JSON.stringify(body), headers: { 'Content-Type': type, ...headers } };
}

/** The answer to a client of socket.io. */
export function connectAnswer(exception: HttpException): ConnectAnswer {
  return { message: exception.message, data: codedRefusal(exception) };
}
