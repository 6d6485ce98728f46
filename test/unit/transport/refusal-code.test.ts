import { HttpException, NotFoundException } from '@nestjs/common';
import { explainInBody } from '../../../lib/guard/explain.js';
import { codeOf, errorOf, problemOf } from '../../../lib/transport/refusal-code.js';

describe('a refusal in a transport without status codes', () => {
  it.each([
    [400, 'BAD_REQUEST'],
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'FORBIDDEN'],
    [418, 'FORBIDDEN'],
    [429, 'TOO_MANY_REQUESTS'],
    [499, 'FORBIDDEN'],
    [500, 'UNAVAILABLE'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
  ])('with the status %i has the code %s', (status, code) => {
    expect(codeOf(new HttpException('any', status))).toBe(code);
  });

  it('is an error with its message, and gives no reason unless that was asked for', () => {
    expect(errorOf(new NotFoundException('nothing here'))).toStrictEqual({ status: 'error', code: 'FORBIDDEN', message: 'nothing here' });
  });

  it('gives the reason where that was asked for', () => {
    const refusal = new NotFoundException('nothing here');
    explainInBody(refusal as never, ['The token has expired.', 'No API key was sent.']);
    expect(errorOf(refusal)).toMatchObject({ code: 'FORBIDDEN', reason: 'The token has expired. No API key was sent.' });
  });

  it('is a problem with its status', () => {
    expect(problemOf(new NotFoundException('nothing here'))).toEqual({ type: 'about:blank', title: 'nothing here', status: 404 });
  });
});
