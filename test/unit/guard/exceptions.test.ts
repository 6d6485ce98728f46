import { HttpException, NotFoundException } from '@nestjs/common';
import { httpExceptionOf } from '../../../lib/guard/exceptions.js';

/** What another copy of `@nestjs/common` throws: the same methods, another class. */
const foreign = (status: unknown, body: unknown = 'gone') => ({ getStatus: () => status, getResponse: () => body });

describe('an exception of Nest', () => {
  it('is itself', () => {
    const thrown = new NotFoundException();
    expect(httpExceptionOf(thrown)).toBe(thrown);
  });

  it.each([400, 401, 404, 503, 599])('is made anew where another copy of Nest made it, with its status %i and its body', (status) => {
    const thrown = foreign(status, { message: 'gone' });
    const exception = httpExceptionOf(thrown);
    expect(exception).toBeInstanceOf(HttpException);
    expect([exception?.getStatus(), exception?.getResponse(), exception?.cause]).toEqual([status, { message: 'gone' }, thrown]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'no'],
    ['an error', new Error('down')],
    ['something with a status alone', { getStatus: () => 404 }],
    ['something with a body alone', { getResponse: () => 'gone' }],
    ['something whose methods are none', { getStatus: 404, getResponse: 'gone' }],
    ['a success', foreign(200)],
    ['a redirect', foreign(399)],
    ['a status that does not exist', foreign(600)],
    ['a status in text', foreign('404')],
    ['half a status', foreign(404.5)],
    [
      'something that cannot be asked',
      {
        getStatus: () => {
          throw new Error('no');
        },
        getResponse: () => 'gone',
      },
    ],
  ])('is not %s', (_, thrown) => {
    expect(httpExceptionOf(thrown)).toBeUndefined();
  });
});
