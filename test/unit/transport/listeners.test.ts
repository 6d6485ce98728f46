import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { from } from 'rxjs';
import { Listeners } from '../../../lib/transport/listeners.js';

interface Parts {
  readonly present?: object;
  readonly microservices?: readonly object[];
  readonly http?: object;
}

/** The ports of an application, and what is told of them. */
function listenersOf({ present, microservices = [], http }: Parts) {
  const watched: unknown[] = [];
  const config = { getIoAdapter: () => present, setIoAdapter: (_: unknown) => undefined };
  const modules = { getRpcTargetRegistry: () => from(microservices) };
  const host = http === undefined ? {} : { httpAdapter: { getHttpServer: () => http } };
  const connections = { watch: (adapter: unknown) => watched.push(adapter) };
  const listeners = new Listeners(config as never, modules as never, host as never, connections as never);
  return { listeners, config, watched };
}

const adapterWith = (more: object = {}) => ({ create: () => ({}), close: () => undefined, ...more });

describe('the ports of an application whose boot fails', () => {
  let log: jest.SpiedFunction<Logger['error']>;
  beforeEach(() => {
    log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => jest.restoreAllMocks());

  it('are all closed, and one that cannot be closed is logged and keeps none of the others open', async () => {
    const closed: string[] = [];
    const close = (name: string) => () => void closed.push(name);
    const stuck = () => {
      throw new Error('It is stuck.');
    };
    const adapter = adapterWith({ close: close('gateway'), dispose: close('adapter') });
    const { listeners, config } = listenersOf({
      microservices: [{}, { close: stuck }, { close: close('microservice') }],
      http: { listening: true, close: close('HTTP'), closeAllConnections: close('connections') },
    });
    for (const each of [adapterWith(), adapter]) config.setIoAdapter(each);
    adapter.create();
    await listeners.close();
    expect(closed).toEqual(['microservice', 'gateway', 'adapter', 'HTTP', 'connections']);
    expect(log.mock.calls).toEqual([['The boot was stopped, but a port could not be closed: It is stuck.']]);
  });

  it('are left alone where they are not open, or where there are none', async () => {
    const close = jest.fn();
    await listenersOf({ http: { listening: false, close } }).listeners.close();
    await listenersOf({}).listeners.close();
    expect([close.mock.calls, log.mock.calls]).toEqual([[], []]);
  });

  it('are closed where the server cannot end its connections', async () => {
    const close = jest.fn();
    await listenersOf({ http: { listening: true, close } }).listeners.close();
    expect(close).toHaveBeenCalledTimes(1);
  });
});

describe('an adapter of gateways', () => {
  it('is watched once, whether the application has chosen it before or after the module was made', () => {
    const [present, later] = [adapterWith(), adapterWith()];
    const { config, watched } = listenersOf({ present });
    expect(watched).toEqual([present]);
    for (const each of [present, later, later]) config.setIoAdapter(each);
    expect(watched).toEqual([present, later]);
    expect(watched[0]).toBe(present);
  });
});
