import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { Deadline } from '../../../lib/outgoing/deadline.js';
import { ExchangeError } from '../../../lib/outgoing/exchange-error.js';
import type { Hop } from '../../../lib/outgoing/hop.js';
import { askForAll } from '../../../lib/outgoing/whole-answer.js';

describe('asking for a whole answer', () => {
  const request = { url: new URL('https://idp.example/keys'), method: 'GET', maxBytes: 1000 };
  const deadlines: Deadline[] = [];
  afterEach(() => {
    for (const deadline of deadlines.splice(0)) deadline.close();
  });

  /** An exchange whose connection the test drives; `aborts` has what it was ended with. */
  const ask = (body: Readable | null = null) => {
    const handlers: Dispatcher.DispatchHandler[] = [];
    const aborts: unknown[] = [];
    const dispatch: Dispatcher['dispatch'] = (_options, handler) => handlers.push(handler) > 0;
    const signaller = new AbortController();
    const deadline = new Deadline(60_000, { ...request, signal: signaller.signal });
    deadlines.push(deadline);
    const hop: Hop = {
      dispatcher: { dispatch } as Dispatcher,
      options: { path: '/keys', method: 'GET' },
      request: { ...request, body },
      meet: () => undefined,
    };
    const answer = askForAll(hop, deadline);
    const controller = { abort: (reason: unknown) => void aborts.push(reason) } as unknown as Dispatcher.DispatchController;
    const connection = {
      begin: () => handlers[0]?.onRequestStart?.(controller, {}),
      head: (status: number) => handlers[0]?.onResponseStart?.(controller, status, {}),
      data: (size: number) => handlers[0]?.onResponseData?.(controller, Buffer.alloc(size)),
      end: () => handlers[0]?.onResponseEnd?.(controller, {}),
    };
    return { answer, aborts, connection, giveUp: (reason: Error) => signaller.abort(reason) };
  };

  it('sends nothing over a connection that comes when its time is over', async () => {
    const { answer, aborts, connection, giveUp } = ask();
    giveUp(new ExchangeError('timeout', request, 'no whole answer'));
    await expect(answer).rejects.toThrow('no whole answer');
    expect(aborts).toEqual([]);
    connection.begin();
    expect(aborts).toHaveLength(1);
  });

  it('closes the stream that it was to send, although no connection comes', async () => {
    const body = Readable.from(['sent']);
    const { answer, giveUp } = ask(body);
    expect(body.destroyed).toBe(false);
    giveUp(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    expect(body.destroyed).toBe(true);
  });

  it('sends it over a connection that comes in time, and ends it when its time is over', async () => {
    const { answer, aborts, connection, giveUp } = ask();
    connection.begin();
    expect(aborts).toEqual([]);
    const late = new ExchangeError('timeout', request, 'no whole answer');
    giveUp(late);
    await expect(answer).rejects.toBe(late);
    expect(aborts).toEqual([late]);
  });

  it('takes 128 KiB of a body that nobody reads, and then closes the connection', async () => {
    const { answer, aborts, connection } = ask();
    connection.begin();
    connection.head(302);
    connection.data(131_071);
    connection.data(1);
    expect(aborts).toEqual([]);
    connection.data(1);
    expect(aborts).toHaveLength(1);
    connection.end();
    expect(await answer).toEqual({ status: 302, headers: {}, body: null });
  });
});
