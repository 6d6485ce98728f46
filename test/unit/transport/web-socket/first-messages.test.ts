import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { UnauthenticatedException } from 'nest-service-auth';
import { FirstMessages } from '../../../../lib/transport/web-socket/first-messages.js';

interface Trial {
  readonly webSocket?: object;
  /** What the token is found to be. */
  readonly decide?: () => unknown;
}

const NOW = 1_800_000_000;

/** A client that has connected without credentials, and what becomes of it. */
function connected({ webSocket, decide = () => undefined }: Trial = {}) {
  const told: unknown[] = [];
  const client = Object.assign(new EventEmitter(), {
    readyState: 1,
    send: (text: string) => void told.push(JSON.parse(text)),
    close: (...rest: unknown[]) => void told.push(rest),
    pause: () => void told.push('paused'),
    resume: () => void told.push('resumed'),
  });
  const scheduled: { seconds: number; run: () => void }[] = [];
  const cancel = jest.fn();
  const begin = jest.fn();
  const read: unknown[] = [];
  const messages = new FirstMessages(
    { webSocket } as never,
    {
      reader: { message: 'authenticate', readMessage: (_: unknown, data: unknown) => read.push(data) },
      decide: async () => decide(),
    } as never,
    { forget: () => read.push('forgotten') } as never,
    { until: (_: unknown, seconds: number, run: () => void) => scheduled.push({ seconds, run }) && cancel, begin } as never,
  );
  const handed: unknown[] = [];
  const expectToken = (proceed: () => void = () => void handed.push('handed')) => messages.expect(client, {} as never, proceed, undefined);
  const say = (event: string | undefined, data?: unknown) => client.emit('message', JSON.stringify({ event, data }));
  return { client, told, scheduled, cancel, begin, read, handed, expectToken, say };
}

const exception = (code: string, message: string) => ({ event: 'exception', data: { status: 'error', code, message } });
const UNAUTHENTICATED = exception('UNAUTHENTICATED', 'Unauthorized');
const OK = { event: 'authenticate', data: { status: 'ok' } };
const CHECK = ['paused', 'resumed'];

describe('a client whose first message has the token', () => {
  it('is handed to each gateway once its token is good, with the messages that it sent meanwhile', async () => {
    const { client, told, begin, cancel, read, handed, expectToken, say } = connected();
    expectToken();
    expectToken(() => {
      handed.push('handed to another');
      client.on('message', (text) => handed.push(JSON.parse(text).data));
    });
    say('authenticate', { token: 'abc' });
    say('place', 1);
    expect([handed, begin.mock.calls.length]).toEqual([[], 0]);
    await nextTurn();
    expect(told).toEqual([...CHECK, OK]);
    expect(handed).toEqual(['handed', 'handed to another', 1]);
    expect(read).toEqual([{ token: 'abc' }, 'forgotten']);
    expect([begin.mock.calls.length, cancel.mock.calls.length, client.listenerCount('message')]).toEqual([1, 1, 1]);
  });

  it.each(['place', undefined])('is answered that it is not authenticated where that message is %p', async (event) => {
    const { told, handed, expectToken, say } = connected();
    expectToken();
    say(event);
    await nextTurn();
    expect([told, handed]).toEqual([[UNAUTHENTICATED], []]);
  });

  it('is answered why its token is refused, as are the messages behind it, and may send another one', async () => {
    const outcomes: unknown[] = [new UnauthenticatedException(), undefined];
    const { told, handed, expectToken, say } = connected({ decide: () => outcomes.shift() });
    expectToken();
    say('authenticate');
    say('place');
    await nextTurn();
    expect([told.splice(0), handed]).toEqual([[...CHECK, UNAUTHENTICATED, UNAUTHENTICATED], []]);
    say('authenticate');
    await nextTurn();
    expect([told, handed]).toEqual([[...CHECK, OK], ['handed']]);
  });

  it('is answered that nobody can tell where the check fails', async () => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const { told, handed, expectToken, say } = connected({
      decide: () => {
        throw new Error('the database is down');
      },
    });
    expectToken();
    say('authenticate');
    await nextTurn();
    expect([told, handed]).toEqual([[...CHECK, exception('UNAVAILABLE', 'Service Unavailable')], []]);
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });

  it.each([
    [64, [...CHECK, OK]],
    [65, ['paused', [1008, undefined], 'resumed', OK]],
  ])('may send %p messages while its token is checked', async (count, expected) => {
    const { told, expectToken, say } = connected();
    expectToken();
    say('authenticate');
    for (let index = 0; index < count; index++) say('place', index);
    await nextTurn();
    expect(told).toEqual(expected);
  });

  it('is handed to nobody where it has gone meanwhile', async () => {
    const { client, told, begin, handed, expectToken, say } = connected();
    expectToken();
    say('authenticate');
    client.readyState = 3;
    await nextTurn();
    expect([told, handed, begin.mock.calls]).toEqual([CHECK, [], []]);
  });

  it('is disconnected where a gateway fails, and the process goes on', async () => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const { told, expectToken, say } = connected();
    expectToken(() => {
      throw new Error('the gateway failed');
    });
    say('authenticate');
    await nextTurn();
    expect([told.at(-1), log.mock.calls.length]).toEqual([[1011, undefined], 1]);
    log.mockRestore();
  });

  it.each([
    [undefined, 10],
    [{ firstMessageWithin: 3 }, 3],
  ])('is disconnected where it does not come in time, with the options %j within %p seconds', (webSocket, seconds) => {
    jest.useFakeTimers({ now: NOW * 1000 });
    const { told, scheduled, expectToken } = connected({ ...(webSocket && { webSocket }) });
    expectToken();
    expectToken();
    expect(scheduled.map((each) => each.seconds)).toEqual([NOW + seconds]);
    scheduled[0]?.run();
    expect(told).toEqual([[4401, 'Unauthorized']]);
    jest.useRealTimers();
  });
});
