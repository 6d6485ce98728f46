import { HttpException, NotFoundException } from '@nestjs/common';
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

  it('is a problem with its status', () => {
    expect(problemOf(new NotFoundException('nothing here'))).toEqual({ type: 'about:blank', title: 'nothing here', status: 404 });
  });
});
