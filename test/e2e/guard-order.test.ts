import { type CanActivate, Controller, type ExecutionContext, Get, Injectable } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { type AuthModuleOptions, type Principal, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, withApp } from '../support/app.js';
import { tell } from '../support/probe.strategy.js';
import { RecordingLogger } from '../support/recording-logger.js';

const seen: string[] = [];

@Injectable()
class PlanGuard implements CanActivate {
  canActivate(context: ExecutionContext) {
    const { user } = context.switchToHttp().getRequest<{ user?: Principal }>();
    seen.push(`plan ${user?.username}`);
    return true;
  }
}

@Injectable()
class Throttle implements CanActivate {
  canActivate(context: ExecutionContext) {
    seen.push(`throttle ${context.switchToHttp().getRequest<{ user?: Principal }>().user?.username}`);
    return true;
  }
}

@ServiceAuth({ auth: ['a'] })
@Controller()
class Api {
  @Get() get() {}
}

describe.each(ADAPTERS)('on %s, guards of the root module', (adapter) => {
  const run = async (more: AuthModuleOptions) => {
    seen.length = 0;
    const logger = new RecordingLogger();
    const module = appModule({
      controllers: [Api],
      providers: [
        { provide: APP_GUARD, useClass: PlanGuard },
        { provide: APP_GUARD, useClass: Throttle },
      ],
      auth: { schemes: { a: { probeConfig: { header: 'x-a' } } }, ...more },
    });
    await withApp(adapter, module, async ({ url }) => void (await fetch(url, { headers: tell({ 'x-a': { accept: {} } }) })), { logger });
    return { seen: [...seen], log: JSON.stringify(logger.lines) };
  };

  it('run before authentication by default, and are named at boot', async () => {
    const { seen: order, log } = await run({});
    expect(order).toEqual(['plan undefined', 'throttle undefined']);
    expect(log).toContain('PlanGuard, Throttle');
  });

  it('are not named where guardsBefore says that they are meant', async () => {
    expect((await run({ guardsBefore: [PlanGuard, Throttle] })).log).not.toContain('PlanGuard');
    expect((await run({ guardsBefore: [Throttle] })).log).not.toContain('Throttle');
  });

  it("run after authentication with guardOrder: 'first', except those of guardsBefore", async () => {
    expect(await run({ guardOrder: 'first' })).toMatchObject({ seen: ['plan somebody', 'throttle somebody'], log: '[]' });
    expect((await run({ guardOrder: 'first', guardsBefore: [Throttle] })).seen).toEqual(['throttle undefined', 'plan somebody']);
  });
});
