import { type DynamicModule, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryModule, HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { AccessControl } from './access-control/access-control.js';
import { ProtectedMounts } from './access-control/protected-mounts.js';
import { SurfaceCatalog } from './access-control/surface-catalog.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  type OPTIONS_TYPE,
  WITHOUT_FOR_ROOT,
} from './auth.module-definition.js';
import { resolveOptions } from './auth.options.js';
import { AuthService } from './auth.service.js';
import { AuthClients } from './client/auth-clients.js';
import { createAuthClients } from './client/create-auth-clients.js';
import { SYSTEM_CLOCK } from './clock.js';
import { DeclarationAudit } from './discovery/declaration-audit.js';
import { findAuthorizer } from './discovery/find-authorizer.js';
import { MessageRegistry } from './discovery/message-registry.js';
import { RawRoutes } from './discovery/raw-routes.js';
import { RouteCatalog } from './discovery/routes.js';
import { AuthConfigurationError, textOf, within } from './errors.js';
import { AuthGuard } from './guard/auth.guard.js';
import { BootGuard } from './guard/boot.guard.js';
import { BootModule } from './guard/boot.module.js';
import { Closing } from './guard/closing.js';
import { Door } from './guard/door.js';
import { MountGuard } from './guard/mount-guard.js';
import { PendingDecisions } from './guard/pending-decisions.js';
import { AuthHealthIndicator } from './health/auth-health-indicator.js';
import { AuthenticatorMetrics } from './observe/authenticator-metrics.js';
import { OperatorLog } from './operator/operator-log.js';
import { createOutgoingClient } from './outgoing/outgoing-client.js';
import { describeTolerated } from './plan/audit.js';
import { Authenticators } from './plan/authenticators.js';
import { PlanCompiler } from './plan/compile.js';
import { PlanLoader } from './plan/plan.loader.js';
import { PlanRegistry } from './plan/plan.registry.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from './resolved-options.js';
import { StrategyHost } from './strategies/strategy.js';
import { PrincipalKeeper } from './transport/http/principal-keeper.js';
import { RefusalFilter } from './transport/http/refusal.filter.js';
import { UnavailableFilter } from './transport/http/unavailable.filter.js';
import { Listeners } from './transport/listeners.js';
import { MESSAGE_PROVIDERS } from './transport/message-providers.js';

const logger = new OperatorLog('AuthModule');

/**
 * Protects every route of the application: import it once, in the root module.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [AuthModule.forRoot({ schemes: { sts: { jwtValidatorConfig: { issuer, audience, signatureConfig } } } })],
 * })
 * export class AppModule {}
 * ```
 */
@Module({
  // First, so that its guard keeps its place among those of the other modules.
  imports: [BootModule, DiscoveryModule],
  providers: [
    PlanRegistry,
    RouteCatalog,
    RawRoutes,
    ProtectedMounts,
    SurfaceCatalog,
    MountGuard,
    ...MESSAGE_PROVIDERS,
    DeclarationAudit,
    PrincipalKeeper,
    PendingDecisions,
    Closing,
    Door,
    AuthGuard,
    RefusalFilter,
    UnavailableFilter,
    AuthService,
    AuthHealthIndicator,
    AuthenticatorMetrics,
    ...WITHOUT_FOR_ROOT,
    { provide: RESOLVED_OPTIONS, useFactory: resolveOptions, inject: [MODULE_OPTIONS_TOKEN] },
    { provide: StrategyHost, useFactory: createHost, inject: [RESOLVED_OPTIONS] },
    { provide: AuthClients, useFactory: createClients, inject: [RESOLVED_OPTIONS, StrategyHost] },
    { provide: PlanCompiler, useFactory: createCompiler, inject: [RESOLVED_OPTIONS, Authenticators, ModuleRef, ModulesContainer] },
    { provide: AccessControl, useFactory: createAccessControl, inject: [RESOLVED_OPTIONS, PlanCompiler, PlanRegistry, StrategyHost] },
  ],
  exports: [AuthService, AuthHealthIndicator],
})
export class AuthModule extends ConfigurableModuleClass implements OnApplicationBootstrap {
  /** @internal Nest makes it. */
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
    @Inject(PlanCompiler) private readonly compiler: PlanCompiler,
    @Inject(PlanRegistry) private readonly registry: PlanRegistry,
    @Inject(AccessControl) private readonly accessControl: AccessControl,
    @Inject(RouteCatalog) private readonly catalog: RouteCatalog,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(DeclarationAudit) private readonly audit: DeclarationAudit,
    @Inject(MessageRegistry) private readonly messages: MessageRegistry,
    @Inject(Listeners) private readonly listeners: Listeners,
    @Inject(PrincipalKeeper) private readonly principals: PrincipalKeeper,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(Closing) private readonly closing: Closing,
    @Inject(BootGuard) private readonly boot: BootGuard,
    @Inject(AuthGuard) private readonly guard: AuthGuard,
    @Inject(Door) door: Door,
    @Inject(SurfaceCatalog) private readonly surfaces: SurfaceCatalog,
    @Inject(ProtectedMounts) private readonly mounts: ProtectedMounts,
  ) {
    super();
    boot.reportTo(door);
    // Before Nest builds the routes, and with them the wrappers of handlers.
    catalog.markHandlers();
  }

  /** Configures the module with values that are known when the application is written. */
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Configures the module with values that a factory works out, from Nest's `ConfigService` for instance.
   * Classes (`strategies`, `authorizers`, `eventSink`) stand beside the factory: they are known before it runs.
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(options);
  }

  /**
   * Works out the plan of every route.
   *
   * @throws AuthConfigurationError with every mistake of the application: the boot stops.
   */
  async onApplicationBootstrap(): Promise<void> {
    try {
      this.refuseSecondImport();
      const routes = this.catalog.routes();
      const { problems, warnings } = this.audit.findings();
      const surface = this.surfaces.surface(routes, this.options.rawRoutes);
      this.principals.prepare(this.adapterHost);
      const loadPaths = this.accessControl.isConfigured ? () => this.accessControl.load(surface) : undefined;
      const fallback = { ...this.options, loadPaths };
      const loader = new PlanLoader(this.compiler, this.registry, fallback);
      const uncovered = await loader.load(Object.keys(this.options.schemes), routes, problems);
      const openMounts = await this.mounts.compile({ ...fallback, compiler: this.compiler });
      this.surfaces.tellRawRoutes(routes, this.options.rawRoutes, (message) => logger.warn(message));
      for (const warning of warnings) logger.warn(warning);
      if (this.options.explain === 'body') logger.warn("explain: 'body' tells every caller why it is refused: for development only.");
      if (uncovered.length > 0) logger.warn(describeTolerated(uncovered, this.options.unannotated));
      openMounts();
      this.messages.load();
      this.boot.open(this.guard);
    } catch (error) {
      await this.listeners.close();
      // What stopped the boot is what the programmer must see.
      await this.closing.onApplicationShutdown().catch((failure) => logger.error(`Closing failed: ${textOf(failure)}`));
      throw error;
    }
  }

  private refuseSecondImport(): void {
    const imports = [...this.modules.values()].filter(({ metatype }) => metatype === AuthModule);
    if (imports.length > 1)
      throw new AuthConfigurationError('AuthModule.forRoot() is imported twice. Import it once, in the root module: it is global.');
  }
}

function createHost({ trustedProxies }: ResolvedAuthOptions): StrategyHost {
  return { trustedProxies, warn: (message) => logger.warn(message) };
}

function createClients({ clients }: ResolvedAuthOptions, host: StrategyHost): Promise<AuthClients> {
  const surroundings = { createClient: createOutgoingClient, clock: SYSTEM_CLOCK, warn: (message: string) => host.warn(message) };
  return within('AuthModule options.clients', () => createAuthClients(clients, surroundings));
}

function createAccessControl(
  options: ResolvedAuthOptions,
  compiler: PlanCompiler,
  registry: PlanRegistry,
  host: StrategyHost,
): AccessControl {
  const { resourceAccessControl: option, schemes, defaultAuth, uncoveredRules } = options;
  return new AccessControl({
    option,
    compiler,
    registry,
    schemes: Object.keys(schemes),
    defaultAuth,
    uncoveredRules,
    warn: (message) => host.warn(message),
  });
}

function createCompiler(
  { schemes, realm }: ResolvedAuthOptions,
  authenticators: Authenticators,
  moduleRef: ModuleRef,
  modules: ModulesContainer,
): PlanCompiler {
  return new PlanCompiler({ schemes, realm, authenticators, findAuthorizer: (type) => findAuthorizer(type, moduleRef, modules) });
}
