import { jest } from '@jest/globals';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { BootGuard } from '../../../lib/boot/boot.guard.js';
import { BootModule } from '../../../lib/boot/boot.module.js';
import { AuthModuleRequired } from '../../../lib/decorators/auth-module-required.guard.js';
import { Transports } from '../../../lib/transport/transports.js';

describe('BootModule', () => {
  const transports = new Transports([]);
  const guard = new BootGuard(transports);

  it('stops the boot if the guard was removed from the global guards, or replaced', () => {
    const config = new ApplicationConfig();
    config.addGlobalGuard({ canActivate: () => true });
    expect(() => new BootModule(new ModulesContainer(), config, guard, transports).onModuleInit()).toThrow(
      'The guard of AuthModule is not among the global guards of the application, so it protects nothing.',
    );
  });

  it('goes on where the guard is among them', () => {
    const config = new ApplicationConfig();
    config.addGlobalGuard({ canActivate: () => true });
    config.addGlobalGuard(guard);
    expect(() => new BootModule(new ModulesContainer(), config, guard, transports).onModuleInit()).not.toThrow();
  });

  it('prepares the transports before anything starts, and takes away the guard that asks for AuthModule', () => {
    const modules = new ModulesContainer();
    const injectables = new Map<unknown, object>([
      [AuthModuleRequired, {}],
      ['other', {}],
    ]);
    modules.set('any', { injectables } as never);
    const attach = jest.fn();
    new BootModule(modules, new ApplicationConfig(), guard, { attach } as never).configure();
    expect(attach).toHaveBeenCalledTimes(1);
    expect([...injectables.keys()]).toEqual(['other']);
  });
});
