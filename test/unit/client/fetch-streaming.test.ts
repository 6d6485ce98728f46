import type { AuthClient } from '../../../lib/client/auth-client.js';
import { eventually } from '../../support/eventually.js';
import { BEARER, type FakeService, failed, failureOf, workshop } from './setup.js';

describe('the fetch of a client hands a streamed answer on', () => {
  const { client, serve, close } = workshop();
  let service: FakeService;
  let inventory: AuthClient;
  beforeEach(async () => {
    service = await serve();
    inventory = await client({ baseUrl: `${service.origin}/v1`, auth: BEARER, maxResponseBytes: 1000, clientConfig: { timeout: 1 } });
  });
  afterEach(close);

  it('while it comes, for longer than an exchange may take, and of any size', async () => {
    service.answer = (_request, response) => {
      let count = 0;
      const tick = setInterval(() => {
        response.write('x'.repeat(400));
        if (++count === 5) clearInterval(tick) ?? response.end();
      }, 300);
    };
    const response = await inventory.fetch('/', { streaming: true });
    expect((await response.text()).length).toBe(2000);
  });

  it('until it pauses for too long', async () => {
    service.answer = (_request, response) => response.write('begin');
    // undici looks at its clock about once a second.
    await failed((await inventory.fetch('/', { streaming: true })).text(), 'unreachable', 'UND_ERR_BODY_TIMEOUT');
  });

  it('until the caller has enough, and then closes its connection', async () => {
    let closed = 0;
    service.answer = (_request, response) => {
      response.on('close', () => closed++);
      response.write('begin');
    };
    const patient = await client({ baseUrl: `${service.origin}/v1`, auth: BEARER, clientConfig: { timeout: 60 } });
    await (await patient.fetch('/', { streaming: true })).body?.cancel();
    await eventually(() => closed === 1);
    const controller = new AbortController();
    const stopped = await patient.fetch('/', { streaming: true, signal: controller.signal });
    controller.abort(new Error('enough'));
    expect((await failureOf(stopped.text())).message).toBe('enough');
    await eventually(() => closed === 2);
  });

  it('also where it says that it is not packed, in other letters', async () => {
    service.answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'Identity' }).end('plain');
    expect(await (await inventory.fetch('/', { streaming: true })).text()).toBe('plain');
  });

  it('but waits for its header no longer', async () => {
    service.answer = () => {};
    await failed(inventory.fetch('/', { streaming: true }), 'timeout', 'no whole answer');
  });
});
