import { EventEmitter } from 'node:events';
import { type Frame, framesOf } from '../../../../lib/transport/web-socket/frames.js';
import { disconnect, isConnected, sendEvent, sendException } from '../../../../lib/transport/web-socket/send-exception.js';

/** A client of ws, and what is done with it. */
function native(readyState = 1) {
  const told: unknown[] = [];
  const note =
    (name: string) =>
    (...rest: unknown[]) =>
      void told.push([name, ...rest]);
  const methods = { send: note('send'), close: note('close'), pause: note('pause'), resume: note('resume') };
  return { client: Object.assign(new EventEmitter(), { readyState, ...methods }), told };
}

/** A client of socket.io, and what is done with it. */
function socketIo(more: object = {}) {
  const told: unknown[] = [];
  const listeners = new Set<(...parameters: unknown[]) => void>();
  const client = Object.assign(new EventEmitter(), {
    disconnect: (close: boolean) => void told.push(['disconnect', close]),
    onAny: (listener: () => void) => void listeners.add(listener),
    offAny: (listener: () => void) => void listeners.delete(listener),
    ...more,
  });
  client.on('exception', (data) => void told.push(['exception', data]));
  const receive = (...parameters: unknown[]) => {
    for (const listener of listeners) listener(...parameters);
  };
  return { client, told, receive };
}

describe('the messages of a client of ws', () => {
  it.each<[unknown, object]>([
    ['{"event":"place","data":1}', { event: 'place', data: 1 }],
    [Buffer.from('{"event":"place"}'), { event: 'place', data: undefined }],
    ['null', { event: undefined, data: undefined }],
    ['no JSON', { event: undefined, data: undefined }],
  ])('%p is %p', (text, expected) => {
    const { client } = native();
    const heard: Frame[] = [];
    framesOf(client).listen((frame) => heard.push(frame));
    client.emit('message', text, false);
    expect(heard).toEqual([{ ...expected, parameters: ['message', text, false] }]);
  });

  it('are read by the parser of the adapter, until they are stopped', () => {
    const { client, told } = native();
    const heard: unknown[] = [];
    const frames = framesOf(client, (data) => ({ event: `parsed ${data}` }));
    frames.stop();
    frames.listen(({ event }) => heard.push(event));
    client.emit('message', 'a');
    frames.pause();
    frames.resume();
    frames.stop();
    client.emit('message', 'b');
    expect([heard, told]).toEqual([['parsed a'], [['pause'], ['resume']]]);
  });
});

describe('a client that cannot be paused', () => {
  it('goes on sending', () => {
    const client = Object.assign(new EventEmitter(), { readyState: 1, send: () => undefined });
    const frames = framesOf(client);
    expect(() => frames.pause()).not.toThrow();
    expect(() => frames.resume()).not.toThrow();
  });
});

describe('the messages of a client of socket.io', () => {
  it('have a name and data, until they are stopped', () => {
    const { client, receive } = socketIo();
    const heard: Frame[] = [];
    const frames = framesOf(client);
    frames.stop();
    frames.listen((frame) => heard.push(frame));
    receive('place', 1, 2);
    frames.pause();
    frames.resume();
    frames.stop();
    receive('place', 3);
    expect(heard).toEqual([{ event: 'place', data: 1, parameters: ['place', 1, 2] }]);
  });
});

describe('what a client is told', () => {
  it('is sent to a client of ws that is connected', () => {
    const [open, closed] = [native(), native(3)];
    for (const { client } of [open, closed]) sendException(client, { code: 'X' });
    expect([open.told, closed.told]).toEqual([[['send', '{"event":"exception","data":{"code":"X"}}']], []]);
    expect([isConnected(open.client), isConnected(closed.client)]).toEqual([true, false]);
  });

  it('is sent to a client of socket.io', () => {
    const { client, told } = socketIo();
    sendEvent(client, 'exception', { code: 'X' });
    expect(told).toEqual([['exception', { code: 'X' }]]);
    expect([isConnected(client), isConnected(socketIo({ connected: false }).client)]).toEqual([true, false]);
  });

  it('is nothing where a client can be sent nothing', () => {
    expect(() => sendException({}, {})).not.toThrow();
    expect(() => disconnect({}, 4401)).not.toThrow();
    expect(isConnected({ readyState: 3 })).toBe(true);
  });

  it('is the end of its connection, and with socket.io of that to its namespace alone', () => {
    const [one, other] = [native(), socketIo()];
    disconnect(Object.assign(one.client, { disconnect: () => undefined }), 4401, 'Unauthorized');
    disconnect(other.client, 4401, 'Unauthorized');
    expect([one.told, other.told]).toEqual([[['close', 4401, 'Unauthorized']], [['disconnect', false]]]);
  });
});
