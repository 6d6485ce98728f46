import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import { Logger, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import { createPrincipal, type Principal } from '../../../../lib/principal.js';
import { ConnectionLifetimes } from '../../../../lib/transport/web-socket/connection-lifetimes.js';

const callerBy = (method: string) => createPrincipal({ scheme: 'sts', method, username: 'alice' });
const alice = callerBy('jwt');

/** A client of either kind, and what it is told. */
function clientOf(kind: 'ws' | 'socket.io') {
  const told: unknown[] = [];
  const own =
    kind === 'ws'
      ? { readyState: 1, send: (text: string) => void told.push(JSON.parse(text)), close: (...rest: unknown[]) => void told.push(rest) }
      : { connected: true, disconnect: (close: boolean) => void told.push(['disconnect', close]) };
  const client = Object.assign(new EventEmitter(), own);
  if (kind === 'socket.io') client.on('exception', (data) => told.push(data));
  return { client, told, gone: kind === 'ws' ? 'close' : 'disconnect' };
}

interface Trial {
  readonly webSocket?: object;
  readonly callers?: readonly (Principal | undefined)[];
  /** What the token is found to be, each time that it is asked about. */
  readonly decide?: () => unknown;
}

/** Opens a connection. */
function begin(kind: 'ws' | 'socket.io', { webSocket, callers = [alice], decide = () => undefined }: Trial = {}) {
  const { client, told, gone } = clientOf(kind);
  const scheduled: [name: string, run: () => void][] = [];
  const cancelled: string[] = [];
  const moments: unknown[] = [];
  const schedule = (name: string) => (moment: unknown, run: () => void) => {
    moments.push(moment);
    scheduled.push([name, run]);
    return () => void cancelled.push(name);
  };
  const forgotten: unknown[] = [];
  const connection = { callers };
  const lifetimes = new ConnectionLifetimes(
    { webSocket } as never,
    { at: schedule('check') } as never,
    { decide: async () => decide() } as never,
    { connect: () => undefined, forget: (each: unknown) => forgotten.push(each) } as never,
    { whenEnded: schedule('end'), whenRevoked: schedule('revocation') } as never,
  );
  lifetimes.begin(client, connection as never);
  const names = () => scheduled.map(([name]) => name);
  return { client, told, gone, scheduled, cancelled, forgotten, connection, names, moments, lifetimes };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe.each([
  ['ws', [[4401, 'Unauthorized']]],
  ['socket.io', [{ status: 'error', code: 'UNAUTHENTICATED', message: 'Unauthorized' }, ['disconnect', false]]],
] as const)('a connection of %s', (kind, ended) => {
  it('ends with the credential of each of its callers', () => {
    const { told, scheduled, names } = begin(kind, { callers: [alice, undefined, alice] });
    expect(names()).toEqual(['end', 'end']);
    scheduled[1]?.[1]();
    expect(told).toEqual(ended);
  });

  it('ends only with a revocation where its messages are refused after the expiry', () => {
    expect(begin(kind, { webSocket: { onExpiry: 'refuse' } }).names()).toEqual(['revocation']);
    expect(begin(kind, { webSocket: { onExpiry: 'close' } }).names()).toEqual(['end']);
  });

  it('is not waited for any more when the client has gone, and is not listened to when it has ended', () => {
    const { client, gone, cancelled, scheduled } = begin(kind);
    expect(client.listenerCount(gone)).toBe(1);
    client.emit(gone);
    expect(cancelled).toEqual(['end']);
    const other = begin(kind);
    other.scheduled[0]?.[1]();
    expect([other.client.listenerCount(gone), scheduled.length]).toEqual([0, 1]);
  });

  it.each<[string, object | undefined, string, string[]]>([
    ['an introspected token with recheck', { recheck: 30 }, 'introspection', ['end', 'check']],
    ['an introspected token without recheck', {}, 'introspection', ['end']],
    ['a token of another kind', { recheck: 30 }, 'jwt', ['end']],
  ])('is asked about again for %s alone', (_, webSocket, method, expected) => {
    expect(
      begin(kind, { ...(webSocket && { webSocket }), callers: [callerBy('basic'), callerBy(method)] })
        .names()
        .slice(1),
    ).toEqual(expected);
  });

  it.each<[string, () => unknown, boolean]>([
    ['is good', () => undefined, true],
    ['is not active any more', () => new UnauthorizedException(), false],
    ['cannot be asked about', () => new ServiceUnavailableException(), true],
    [
      'cannot be asked about, which is thrown',
      () => {
        throw new ServiceUnavailableException();
      },
      true,
    ],
    [
      'is refused by an error',
      () => {
        throw new UnauthorizedException();
      },
      false,
    ],
  ])('goes on only where the token %s or nobody can tell', async (_, decide, goesOn) => {
    const { scheduled, told, names, forgotten, connection } = begin(kind, {
      webSocket: { recheck: 30 },
      callers: [callerBy('introspection')],
      decide,
    });
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    scheduled[1]?.[1]();
    await settled();
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
    expect([forgotten, told, names()]).toEqual([[connection], goesOn ? [] : ended, goesOn ? ['end', 'check', 'check'] : ['end', 'check']]);
  });

  it('is asked about again after the seconds of recheck', () => {
    jest.useFakeTimers({ now: 1_800_000_000_000 });
    expect(begin(kind, { webSocket: { recheck: 30 }, callers: [callerBy('introspection')] }).moments[1]).toBe(1_800_000_030);
    jest.useRealTimers();
  });

  it('is left alone at a moment that was cancelled', () => {
    const { client, gone, cancelled, lifetimes } = begin(kind, { callers: [] });
    lifetimes.until(client, 1, () => undefined)();
    expect([client.listenerCount(gone), cancelled]).toEqual([0, ['check']]);
  });

  it('is not asked about again where the client has gone meanwhile', async () => {
    const { client, scheduled, told, names } = begin(kind, { webSocket: { recheck: 30 }, callers: [callerBy('introspection')] });
    scheduled[1]?.[1]();
    Object.assign(client, { readyState: 3, connected: false });
    await settled();
    expect([told, names()]).toEqual([[], ['end', 'check']]);
  });
});
