import { jest } from '@jest/globals';
import { ForbiddenException } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { BaseWsExceptionFilter, WsException } from '@nestjs/websockets';
import { resolveOptions } from '../../../../lib/auth.options.schema.js';
import { createPrincipal } from '../../../../lib/principal.js';
import { Connection } from '../../../../lib/transport/web-socket/connection.js';
import { Run } from '../../../../lib/transport/web-socket/run.js';
import { WebSocketTransport } from '../../../../lib/transport/web-socket/web-socket.transport.js';

const alice = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice' });
const connectionOf = (isForeign = false) => new Connection({ headers: {}, rawHeaders: [] }, [], isForeign);
const contextOf = (...parameters: unknown[]) => new ExecutionContextHost(parameters) as never;

describe('the caller of a message', () => {
  it('is kept in its own run, wherever the run stands, and in no other', () => {
    const [transport, run] = [new WebSocketTransport(), new Run()];
    const [context, again, other] = [contextOf({}, run), contextOf({}, run), contextOf({}, 'data', new Run(), 'x')];
    transport.keep(context, alice);
    expect([context, again, other].map(WebSocketTransport.principalOf)).toEqual([alice, alice, undefined]);
    expect([context, again, other].map((each) => transport.isKept(each))).toEqual([true, false, false]);
    expect(WebSocketTransport.principalOf(contextOf(run))).toBe(alice);
  });

  it('is nobody where the message came through no adapter that is watched', () => {
    const [transport, context] = [new WebSocketTransport(), contextOf({}, 'data')];
    transport.keep(context, alice);
    expect([WebSocketTransport.principalOf(context), transport.isKept(context)]).toEqual([undefined, false]);
  });
});

describe('the credentials of a message', () => {
  it('are those of its connection, and none where there is no connection', () => {
    const [transport, client, connection] = [new WebSocketTransport(), {}, connectionOf()];
    transport.connect(client, connection);
    expect(transport.requestOf(contextOf(client))).toBe(connection);
    expect(transport.requestOf(contextOf({}))).toEqual({ headers: {}, rawHeaders: [] });
    expect([transport.connectionOf(client), transport.connectionOf({})]).toEqual([connection, undefined]);
  });

  const NOW = 1_800_000_000;
  const accepting = (exp?: number) => {
    const principal = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice', ...(exp !== undefined && { claims: { exp } }) });
    return { challenges: [], authenticate: jest.fn((): unknown => ({ outcome: 'accepted', principal })) };
  };

  it.each<[string, number | undefined, string]>([
    ['has no end', undefined, 'accepted'],
    ['ends in a second', NOW + 1, 'accepted'],
    ['ends now', NOW, 'rejected'],
    ['has ended', NOW - 1, 'rejected'],
  ])('are asked about once for each connection, and where the credential %s, the caller is %p', async (_, exp, outcome) => {
    jest.useFakeTimers({ now: NOW * 1000 });
    const [transport, connection] = [new WebSocketTransport(), connectionOf()];
    for (const authenticator of [accepting(exp), { challenges: [], authenticate: jest.fn(async () => accepting(exp).authenticate()) }]) {
      for (let time = 0; time < 2; time++)
        expect(await transport.authenticate(authenticator as never, connection, 'all' as never)).toMatchObject({ outcome });
      expect(authenticator.authenticate).toHaveBeenCalledTimes(1);
    }
    jest.useRealTimers();
  });

  it('are asked about anew when they were forgotten', () => {
    const [transport, connection, authenticator] = [new WebSocketTransport(), connectionOf(), accepting()];
    const ask = () => transport.authenticate(authenticator as never, connection, 'all' as never);
    ask();
    transport.forget(connection);
    ask();
    expect(authenticator.authenticate).toHaveBeenCalledTimes(2);
  });

  it('do not count where a browser sent them by itself for another site', () => {
    const authenticator = { ...accepting(), challenges: [{ scheme: 'ClientCertificate' }], credentials: [{ kind: 'certificate' }] };
    const ask = (isForeign: boolean) =>
      new WebSocketTransport().authenticate(authenticator as never, connectionOf(isForeign), 'all' as never);
    expect([ask(false), ask(true)]).toMatchObject([{ outcome: 'accepted' }, { outcome: 'rejected', reason: 'cross_site_request' }]);
    const other = { headers: {}, rawHeaders: [] };
    expect(new WebSocketTransport().authenticate(authenticator as never, other, 'all' as never)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('the enricher', () => {
  it.each<[object, number]>([
    [{}, 1],
    [{ enricherCache: { expiryTime: 60 } }, 2],
  ])('with the options %j is asked %p times in two messages: a cache of its own says for how long an answer holds', (options, times) => {
    const [transport, connection, enrich] = [new WebSocketTransport(), connectionOf(), jest.fn(() => undefined)];
    transport.prepare({ ...resolveOptions({}), ...options } as never);
    for (let time = 0; time < 2; time++) transport.recall([], connection, enrich as never);
    expect(enrich).toHaveBeenCalledTimes(times);
  });
});

describe('the refusal of a message', () => {
  const ERROR = { status: 'error', code: 'FORBIDDEN', message: 'Forbidden' };
  const refuse = async (kind: string, client: object) => {
    const transport = new WebSocketTransport();
    await transport.load(new Set([kind]) as never);
    try {
      void transport.refuse(contextOf(client), new ForbiddenException());
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const native = () => {
    const sent: unknown[] = [];
    return { sent, client: { readyState: 1, send: (text: string) => void sent.push(JSON.parse(text)), close: () => undefined } };
  };

  it('is an exception of gateways, and is sent to a client of ws where Nest does not send it: before version 12', async () => {
    const { sent, client } = native();
    const thrown = (await refuse('WebSocket message', client)) as WsException;
    expect(thrown).toBeInstanceOf(WsException);
    expect(thrown.getError()).toEqual(ERROR);
    const sends = 'isNativeWebSocket' in BaseWsExceptionFilter.prototype;
    expect(sent).toEqual(sends ? [] : [{ event: 'exception', data: ERROR }]);
  });

  it('is itself in an application without gateways', async () => {
    const { sent, client } = native();
    expect(await refuse('HTTP route', client)).toBeInstanceOf(ForbiddenException);
    expect(sent).toEqual([{ event: 'exception', data: ERROR }]);
  });

  it('is left to Nest for a client of socket.io', async () => {
    const client = { emit: jest.fn() };
    await refuse('HTTP route', client);
    expect(client.emit).not.toHaveBeenCalled();
  });
});
