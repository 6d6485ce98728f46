import { jest } from '@jest/globals';
import { ImATeapotException, Logger, ServiceUnavailableException } from '@nestjs/common';
import { type ResponseBody, UnauthenticatedException } from 'nest-service-auth';
import { connectAnswer, exceptionIn, upgradeAnswer } from '../../../../lib/transport/web-socket/answers.js';

const refusal = new UnauthenticatedException({ 'WWW-Authenticate': ['A', 'B'], 'Retry-After': '5' });
const FIELDS = { 'WWW-Authenticate': 'A, B', 'Retry-After': '5' };

describe('the answer to a handshake that is refused', () => {
  it.each<[ResponseBody, string | undefined, object | undefined]>([
    ['json', 'application/json', { statusCode: 401, message: 'Unauthorized', code: 'UNAUTHENTICATED' }],
    ['problem', 'application/problem+json', { type: 'about:blank', title: 'Unauthorized', status: 401, code: 'UNAUTHENTICATED' }],
    ['empty', undefined, undefined],
  ])('has the form of responseBody, and the header fields: %s', (responseBody, type, body) => {
    expect(upgradeAnswer(refusal, responseBody)).toEqual({
      status: 401,
      body: body && JSON.stringify(body),
      headers: { ...(type !== undefined && { 'Content-Type': type }), ...FIELDS },
    });
  });

  it.each<[ResponseBody, object]>([
    ['json', { statusCode: 418, message: "I'm a teapot" }],
    ['problem', { type: 'about:blank', title: "I'm a teapot", status: 418 }],
  ])('of the application has no code of this module, and none of its header fields: %s', (responseBody, body) => {
    const own = Object.assign(new ImATeapotException(), { headers: { 'X-Own': '1' } });
    const answer = upgradeAnswer(own, responseBody);
    expect([JSON.parse(String(answer.body)), Object.keys(answer.headers)]).toEqual([body, ['Content-Type']]);
  });

  it('of socket.io has the code', () => {
    expect(connectAnswer(refusal)).toEqual({ message: 'Unauthorized', data: { code: 'UNAUTHENTICATED' } });
  });

  it('is the exception of the application, and 503 for any other error', () => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const own = new ImATeapotException();
    expect([exceptionIn(own) === own, log.mock.calls.length]).toEqual([true, 0]);
    expect(exceptionIn(new Error('the database is down'))).toEqual(new ServiceUnavailableException());
    expect(log.mock.calls).toEqual([[expect.stringContaining('the database is down')]]);
    log.mockRestore();
  });
});
