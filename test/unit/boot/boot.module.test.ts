import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { BootGuard } from '../../../lib/boot/boot.guard.js';
import { BootModule } from '../../../lib/boot/boot.module.js';
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
});
