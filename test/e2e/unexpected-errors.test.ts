import { Controller, Get, type INestApplication } from '@nestjs/common';
import { AuthService, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, type AdapterName } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink, withApp } from '../support/app.js';

@ServiceAuth({ auth: ['keys'] })
@Controller('orders')
class OrdersController {
  @Get()
  list() {
    return 'orders';
  }
}

const auth = { schemes: { keys: { apiKeyConfig: { keys: { alice: [] } } } }, eventSink: RecordingSink };
const module = appModule({ auth, controllers: [OrdersController] });

type Hook = (request: object, response: object, next: () => void) => void;

/** Code of the application that leaves no room for the caller on its requests. */
const takeRoom: Hook = (request, _, next) => {
  Object.defineProperty(request, 'user', { get: () => 'of the application' });
  next();
};

/** A path behind `protect()`, as each framework has it. */
function configure(adapter: AdapterName) {
  return (app: INestApplication) => {
    const protection = app.get(AuthService).protect({ at: '/queues', auth: ['keys'] });
    if (adapter === 'express') {
      app.use(takeRoom);
      app.use('/queues', protection, (_: unknown, response: { end(text: string): void }) => response.end('queues'));
      return;
    }
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onRequest', takeRoom);
    fastify.get('/queues', { onRequest: protection }, async () => 'queues');
  };
}

describe.each(ADAPTERS)('a request whose caller cannot be kept on it, on %s,', (adapter) => {
  it.each([
    ['/orders', 'OrdersController.list (GET /orders)'],
    ['/queues', 'protect(/queues)'],
  ])('is answered as unavailable, without the error: %s', async (path, route) => {
    await withApp(
      adapter,
      module,
      async ({ app, url }) => {
        const answer = await fetch(`${url}${path}`, { headers: { 'x-api-key': 'alice' } });
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
        expect(await answer.json()).toEqual({ statusCode: 503, message: 'Service Unavailable' });
        expect((await fetch(`${url}${path}`)).status).toBe(401);
        const step = { scheme: 'none', outcome: 'unavailable', reason: 'unexpected_error', cause: expect.any(TypeError) };
        expect(eventsOf(app)[0]).toMatchObject({ status: 503, code: 'ERR_AUTH_UNAVAILABLE', route, steps: [step] });
      },
      { configure: configure(adapter) },
    );
  });
});
