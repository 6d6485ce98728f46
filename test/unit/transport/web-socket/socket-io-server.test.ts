import { setImmediate as nextTurn } from 'node:timers/promises';
import { askAlways, guardNamespace, namespaceOf, webSocketOptionsOf } from '../../../../lib/transport/web-socket/socket-io-server.js';

const nothing = () => undefined;
const namespace = () => ({ use: nothing, emit: nothing, on: nothing });

describe('a server of socket.io', () => {
  it('stands for its own namespace, and a namespace for itself', () => {
    const [own, other] = [namespace(), { ...namespace(), sockets: new Map() }];
    expect(namespaceOf({ ...namespace(), sockets: own })).toBe(own);
    expect(namespaceOf(other)).toBe(other);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['no use()', { emit: nothing, on: nothing }],
    ['no emit()', { use: nothing, on: nothing }],
    ['no on()', { use: nothing, emit: nothing }],
  ])('is not one that has %s', (_, server) => {
    expect(namespaceOf(server)).toBeUndefined();
  });

  it('asks also where a client takes up its connection again', () => {
    const server = { opts: { connectionStateRecovery: { skipMiddlewares: true, maxDisconnectionDuration: 5 } } };
    askAlways(server);
    expect(server.opts.connectionStateRecovery).toEqual({ skipMiddlewares: false, maxDisconnectionDuration: 5 });
    for (const other of [{}, { opts: {} }]) {
      const before = structuredClone(other);
      askAlways(other);
      expect(other).toEqual(before);
    }
  });

  it('may have a server of ws', () => {
    const options = {};
    expect(webSocketOptionsOf({ engine: { ws: { options } } })).toBe(options);
    for (const server of [{}, { engine: {} }, { engine: { ws: {} } }]) expect(webSocketOptionsOf(server)).toBeUndefined();
  });
});

describe('a client of a namespace', () => {
  const REFUSAL = { message: 'Unauthorized', data: { code: 'UNAUTHENTICATED' } };
  const FAILURE = { message: 'Service Unavailable', data: { code: 'UNAVAILABLE' } };

  /** What is told to socket.io about a client; `next` throws the first time where a middleware of the application does. */
  async function connect(admit: () => Promise<typeof REFUSAL | undefined>, failure?: Error) {
    const told: unknown[] = [];
    const next = (error?: Error & { data?: object }) => {
      told.push(error && { message: error.message, data: error.data });
      if (failure !== undefined && told.length === 1) throw failure;
    };
    const failures: unknown[] = [];
    const failed = (error: unknown) => {
      failures.push(error);
      return FAILURE;
    };
    guardNamespace({ use: (middleware) => middleware({} as never, next) }, admit, failed);
    await nextTurn();
    return { told, failures };
  }

  it('is connected or refused by its credentials', async () => {
    expect(await connect(async () => undefined)).toEqual({ told: [undefined], failures: [] });
    expect(await connect(async () => REFUSAL)).toEqual({ told: [REFUSAL], failures: [] });
  });

  it('is refused where code of the application throws', async () => {
    const failure = new Error('a middleware failed');
    expect(await connect(async () => undefined, failure)).toEqual({ told: [undefined, FAILURE], failures: [failure] });
  });
});
