import { EventEmitter, once } from 'node:events';
import { Controller, Get, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { type Authenticator, type AuthStrategy, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { statusOfHalfBooted } from '../support/half-booted.js';

declare module 'nest-service-auth' {
  interface AuthSchemeConfigs {
    slowConfig: Record<string, never>;
  }
}

const GOOD = { 'x-api-key': 'alice' };
const schemes = { keys: { apiKeyConfig: { keys: { alice: [] } } } };

@ServiceAuth({ auth: ['keys'] })
@Controller('orders')
class OrderController {
  @Get()
  list() {
    return 'orders';
  }

  @ResourceAuth({ auth: false })
  @Get('open')
  open() {
    return 'open';
  }
}

@Controller('bare')
class BareController {
  @Get()
  list() {
    return 'bare';
  }
}

/** A provider whose hook fails the first time. */
class Flaky {
  calls = 0;
  fail(): void {
    this.calls++;
    if (this.calls === 1) throw new Error('the database is down');
  }
}

@Injectable()
class FailsFirst extends Flaky implements OnModuleInit {
  onModuleInit() {
    this.fail();
  }
}

@Injectable()
class FailsLast extends Flaky implements OnApplicationBootstrap {
  onApplicationBootstrap() {
    this.fail();
  }
}

describe.each(ADAPTERS)('after a boot that failed, on %s', (adapter) => {
  it('no route of ours answers: neither uncovered, nor open, nor protected ones', async () => {
    const app = await createApp(adapter, appModule({ auth: { schemes }, controllers: [OrderController, BareController] }));
    await expect(app.init()).rejects.toThrow('1 route is not covered');
    for (const path of ['/bare', '/orders', '/orders/open']) expect(await statusOfHalfBooted(app, path, GOOD)).toBe(503);
    await app.close();
  });

  it('no route answers if the hook of another provider failed before the plans were made', async () => {
    const app = await createApp(adapter, appModule({ auth: { schemes }, controllers: [OrderController], providers: [FailsFirst] }));
    await expect(app.init()).rejects.toThrow('the database is down');
    for (const path of ['/orders', '/orders/open']) expect(await statusOfHalfBooted(app, path, GOOD)).toBe(503);
    await app.close();
  });

  it('every route keeps its own plan if the hook of another provider failed after that', async () => {
    const app = await createApp(adapter, appModule({ auth: { schemes }, controllers: [OrderController], providers: [FailsLast] }));
    await expect(app.init()).rejects.toThrow('the database is down');
    expect(await statusOfHalfBooted(app, '/orders')).toBe(401);
    expect(await statusOfHalfBooted(app, '/orders', GOOD)).toBe(200);
    await app.close();
  });
});

it('listening after a caught failure boots once more, and fails again for the same reason', async () => {
  const app = await createApp('express', appModule({ auth: { schemes }, controllers: [BareController] }));
  await expect(app.init()).rejects.toThrow('1 route is not covered');
  await expect(app.listen(0, '127.0.0.1')).rejects.toThrow('1 route is not covered');
  expect(await statusOfHalfBooted(app, '/bare', GOOD)).toBe(503);
  await app.close();
});

it('a second attempt that succeeds opens what the plans open', async () => {
  const app = await createApp('express', appModule({ auth: { schemes }, controllers: [OrderController], providers: [FailsFirst] }));
  await expect(app.init()).rejects.toThrow('the database is down');
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  expect((await fetch(`${url}/orders`)).status).toBe(401);
  expect((await fetch(`${url}/orders`, { headers: GOOD })).status).toBe(200);
  expect((await fetch(`${url}/orders/open`)).status).toBe(200);
  await app.close();
});

describe.each(ADAPTERS)('while the boot goes on, on %s', (adapter) => {
  it('every request is refused as unavailable', async () => {
    const steps = new EventEmitter();
    const started = once(steps, 'started');
    const finished = once(steps, 'finished');
    @Injectable()
    class SlowStrategy implements AuthStrategy {
      readonly configKey = 'slowConfig';
      async prepare(): Promise<Authenticator> {
        steps.emit('started');
        await finished;
        return { challenges: [{ scheme: 'Slow' }], authenticate: () => ({ outcome: 'absent' }) };
      }
    }
    const auth = { schemes: { ...schemes, slow: { slowConfig: {} } }, strategies: [SlowStrategy] };
    const app = await createApp(adapter, appModule({ auth, controllers: [OrderController] }));
    const booting = app.init();
    await started;
    for (const path of ['/orders', '/orders/open']) expect(await statusOfHalfBooted(app, path, GOOD)).toBe(503);
    steps.emit('finished');
    await booting;
    expect(await statusOfHalfBooted(app, '/orders', GOOD)).toBe(200);
    expect(await statusOfHalfBooted(app, '/orders/open')).toBe(200);
    await app.close();
  });
});
