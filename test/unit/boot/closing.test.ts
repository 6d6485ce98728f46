import { jest } from '@jest/globals';
import { Closing } from '../../../lib/boot/closing.js';
import { MODULE_LOG } from '../../../lib/operator/operator-log.js';

/** What is closed, in order, and a server that stops listening when it is told. */
function closing({ close = async () => undefined, hasServer = true }: { close?: () => Promise<void>; hasServer?: boolean } = {}) {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  const server = { listening: true, closeIdleConnections: note('idle connections') };
  const authenticators = {
    close: () => {
      note('authenticators')();
      return close();
    },
  };
  const host = { httpAdapter: hasServer ? { getHttpServer: () => server } : undefined };
  const subject = new Closing({ cut: note('pending') } as never, { close: note('rules') } as never, authenticators as never, host as never);
  return { subject, calls, server };
}

const ALL = ['pending', 'rules', 'authenticators'];

describe('closing', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('lets decisions go on while the server listens, and a moment longer', () => {
    const { subject, calls, server } = closing();
    subject.beforeApplicationShutdown();
    jest.advanceTimersByTime(10_000);
    expect(calls).toEqual([]);
    server.listening = false;
    jest.advanceTimersByTime(150);
    expect(calls).toEqual(['idle connections']);
    jest.advanceTimersByTime(150);
    expect(calls).toEqual(['idle connections', 'idle connections', ...ALL]);
  });

  it.each(['an application without a server', 'a server that cannot close idle connections'])('ends decisions also in %s', (which) => {
    const { subject, calls, server } = closing({ hasServer: which !== 'an application without a server' });
    Object.assign(server, { listening: false, closeIdleConnections: undefined });
    subject.beforeApplicationShutdown();
    jest.advanceTimersByTime(300);
    expect(calls).toEqual(ALL);
  });

  it('looks no more when everything is closed', async () => {
    const { subject, calls, server } = closing();
    subject.beforeApplicationShutdown();
    await subject.onApplicationShutdown();
    expect(calls).toEqual(ALL);
    server.listening = false;
    jest.advanceTimersByTime(10_000);
    expect(calls).toEqual(ALL);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps no process alive', () => {
    jest.useRealTimers();
    const unref = jest.spyOn(Object.getPrototypeOf(setTimeout(() => undefined)), 'unref');
    const { subject } = closing();
    subject.beforeApplicationShutdown();
    expect(unref).toHaveBeenCalledTimes(1);
    unref.mockRestore();
    return subject.onApplicationShutdown();
  });

  it('reports an authenticator that cannot be closed, and does not fail', async () => {
    const error = jest.spyOn(MODULE_LOG, 'error').mockImplementation(() => undefined);
    const { subject } = closing({
      close: async () => {
        throw new Error('the socket is gone');
      },
    });
    await expect(subject.onApplicationShutdown()).resolves.toBeUndefined();
    expect(error.mock.calls).toEqual([['An authenticator could not be closed: the socket is gone']]);
    error.mockRestore();
  });
});
