import { jest } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { type ExchangeRequest, exchange, streamedExchange, type Wire } from '../../../lib/outgoing/exchange.js';
import { openConnections } from '../../../lib/outgoing/outgoing-agent.js';
import { workshop } from './setup.js';

const fail: Wire['fail'] = (_reason, message) => new Error(message);
const requestTo = (url: URL, more: Partial<ExchangeRequest> = {}): ExchangeRequest => ({
  url,
  method: 'GET',
  headers: {},
  body: null,
  redirect: 'follow',
  maxBytes: 1000,
  ...more,
});

describe('an exchange', () => {
  afterEach(() => void jest.useRealTimers());

  it('has its whole time for the server, however long its connections take to load', async () => {
    jest.useFakeTimers();
    const dispatcher = {
      dispatch(_options: object, handler: Dispatcher.DispatchHandler) {
        const controller = {} as Dispatcher.DispatchController;
        handler.onRequestStart?.(controller, {});
        handler.onResponseStart?.(controller, 204, {});
        handler.onResponseEnd?.(controller, {});
        return true;
      },
    } as Dispatcher;
    let loaded = (_dispatcher: Dispatcher) => {};
    const loading = new Promise<Dispatcher>((resolve) => {
      loaded = resolve;
    });
    const wire: Wire = { dispatcherTo: () => loading, proxyTo: () => undefined, timeout: 3000, close: async () => {}, fail };
    const answer = exchange(wire, requestTo(new URL('https://idp.example/keys')));
    jest.advanceTimersByTime(10_000);
    loaded(dispatcher);
    expect((await answer).status).toBe(204);
  });
});

describe('a streamed exchange', () => {
  const { serve, close } = workshop();
  const wires: Wire[] = [];
  const connect = () => {
    const wire = { ...openConnections({}), fail };
    wires.push(wire);
    return wire;
  };
  afterEach(async () => {
    for (const wire of wires.splice(0)) await wire.close();
    await close();
  });

  it('needs no signal of the caller, and follows redirects', async () => {
    const { url } = await serve(({ url: path }, response) => {
      if (path === '/b') response.end('streamed');
      else response.writeHead(302, { location: '/b' }).end('moved');
    });
    const { status, body, redirected, url: last } = await streamedExchange(connect(), requestTo(new URL('/a', url)));
    expect([status, redirected, last.pathname, await new Response(body).text()]).toEqual([200, true, '/b', 'streamed']);
  });

  it.each([
    ['GET', 204],
    ['GET', 304],
    ['HEAD', 200],
  ])('gives the header of an answer without a body: %s, %i', async (method, status) => {
    const { url } = await serve((_request, response) => response.writeHead(status, { 'x-answer': 'yes' }).end());
    const answer = await streamedExchange(connect(), requestTo(url, { method }));
    expect(answer).toMatchObject({ status, headers: { 'x-answer': 'yes' }, body: null, redirected: false });
  });

  it('works where the parts of undici for direct connections are all that is loaded', async () => {
    const { Dispatcher } = await import('undici');
    const { url } = await serve((_request, response) => response.end('streamed'));
    const { request } = Dispatcher.prototype;
    // The whole of undici adds it; it is loaded here by other code.
    Reflect.deleteProperty(Dispatcher.prototype, 'request');
    try {
      expect(await new Response((await streamedExchange(connect(), requestTo(url))).body).text()).toBe('streamed');
    } finally {
      Dispatcher.prototype.request = request;
    }
  });
});
