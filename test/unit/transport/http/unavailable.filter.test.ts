import { jest } from '@jest/globals';
import { type ArgumentsHost, Logger } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { AuthUnavailableError } from 'nest-service-auth';
import { UnavailableFilter } from '../../../../lib/transport/http/unavailable.filter.js';

/** A filter, and the status and the header fields of what it answers. */
function filter() {
  const answers: unknown[] = [];
  const refusals = {
    catch: (refusal: { getStatus(): number; headers: object }) => void answers.push([refusal.getStatus(), refusal.headers]),
  };
  const config = new ApplicationConfig();
  return { filter: new UnavailableFilter(refusals as never, config), answers, config };
}
const hostOf = (type: string) => ({ getType: () => type }) as never as ArgumentsHost;

describe('an AuthUnavailableError that a handler throws', () => {
  const lines: unknown[] = [];
  beforeEach(() => {
    lines.splice(0);
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line) => void lines.push(line));
  });
  afterEach(() => jest.restoreAllMocks());

  it.each([
    [30, '30'],
    [undefined, '5'],
  ])('is answered 503, with the time to wait (%p), and is in the log once', (retryAfter, expected) => {
    const { filter: tested, answers } = filter();
    const error = new AuthUnavailableError('no answer', retryAfter === undefined ? {} : { retryAfter });
    for (let time = 0; time < 3; time++) tested.catch(error, hostOf('http'));
    expect(answers).toEqual(Array(3).fill([503, { 'Retry-After': expected }]));
    expect(lines).toEqual(['no answer']);
    tested.onApplicationShutdown();
    expect(lines[1]).toMatch(/^Handlers that answered 503 because something was unavailable: 2 more in/);
  });

  it.each(['rpc', 'ws', 'graphql'])('is left to the filter of a %s context', (type) => {
    const { filter: tested, answers } = filter();
    tested.catch(new AuthUnavailableError('no answer'), hostOf(type));
    expect([answers, lines]).toEqual([[], []]);
  });

  it('is left to the filters of the application first', () => {
    const { filter: tested, config } = filter();
    config.useGlobalFilters({ catch() {} });
    expect(config.getGlobalFilters()[0]).toBe(tested);
  });
});
