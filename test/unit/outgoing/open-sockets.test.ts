import { once } from 'node:events';
import { Socket } from 'node:net';
import { jest } from '@jest/globals';
import { OpenSockets } from '../../../lib/outgoing/open-sockets.js';

describe('connections that are kept', () => {
  const socket = () => new Socket().on('error', () => {});

  it('are destroyed together, and so is one that comes later', () => {
    const sockets = new OpenSockets();
    const [one, two, late] = [socket(), socket(), socket()];
    expect(sockets.keep(one)).toBe(one);
    sockets.keep(two);
    expect([one.destroyed, two.destroyed]).toEqual([false, false]);
    sockets.destroy();
    sockets.keep(late);
    expect([one.destroyed, two.destroyed, late.destroyed]).toEqual([true, true, true]);
    expect(late.errored?.message).toBe('closed');
  });

  it('are left alone when they were closed before', async () => {
    const sockets = new OpenSockets();
    const closed = sockets.keep(socket());
    closed.destroy();
    await once(closed, 'close');
    const destroy = jest.spyOn(closed, 'destroy');
    sockets.destroy();
    expect(destroy).not.toHaveBeenCalled();
  });
});
