import { Inject, Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, ApplicationConfig, DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { AUTH_MODULE, dropAuthModuleRequired } from '../decorators/auth-module-required.guard.js';
import { HandlerCatalog } from '../discovery/handler-catalog.js';
import { describeRequestScope, requestScopedPath } from '../discovery/request-scope.js';
import { AuthConfigurationError } from '../errors.js';
import { AnswerFields } from '../http/answer-fields.js';
import { TRANSPORT_PROVIDERS, Transports } from '../transport/transports.js';
import { BootGuard } from './boot.guard.js';

/**
 * The part of AuthModule that does not depend on what the application provides. Nest leaves out the hooks and, in some versions, the global guard
 * of a module that depends on something request-scoped. Nothing here does, so that this module detects such a dependency and stops the boot.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [HandlerCatalog, AnswerFields, ...TRANSPORT_PROVIDERS, BootGuard, { provide: APP_GUARD, useExisting: BootGuard }],
  exports: [HandlerCatalog, AnswerFields, ...TRANSPORT_PROVIDERS, BootGuard],
})
export class BootModule implements NestModule, OnModuleInit {
  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
    @Inject(BootGuard) private readonly guard: BootGuard,
    @Inject(Transports) private readonly transports: Transports,
  ) {}

  /** Adds no middleware: Nest calls it when everything has been instantiated, and before it builds the routes. */
  configure(): void {
    dropAuthModuleRequired(this.modules);
    this.transports.attach();
  }

  /** @throws AuthConfigurationError if the guard would not run, or not be opened. */
  onModuleInit(): void {
    for (const module of this.modules.values()) {
      const path = module.providers.has(AUTH_MODULE) ? requestScopedPath(module.getProviderByKey(module.metatype)) : undefined;
      if (path !== undefined) throw new AuthConfigurationError(describeRequestScope(path));
    }
    if (!this.config.getGlobalGuards().includes(this.guard))
      throw new AuthConfigurationError(
        'The guard of AuthModule is not among the global guards of the application, so it protects nothing. Import AuthModule.forRoot() in the root module, and do not load it lazily.',
      );
  }
}
