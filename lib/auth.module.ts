import { type DynamicModule, Inject, Module, type NestModule, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryModule, ModuleRef, ModulesContainer } from '@nestjs/core';
import { AccessControl } from './access-control/access-control.js';
import { ProtectedMounts } from './access-control/protected-mounts.js';
import { SurfaceCatalog } from './access-control/surface-catalog.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  ENRICHER_CLASS,
  type EnricherClass,
  MODULE_OPTIONS_TOKEN,
  type OPTIONS_TYPE,
  WITHOUT_FOR_ROOT,
  withOneSource,
} from './auth.module-definition.js';
import { STRATEGY_PROVIDERS, warn } from './auth.module-providers.js';
import { resolveOptions } from './auth.options.schema.js';
import { AuthService } from './auth.service.js';
import { Boot } from './boot/boot.js';
import { BootModule } from './boot/boot.module.js';
import { Closing } from './boot/closing.js';
import { Compilation } from './boot/compilation.js';
import { GuardOrder } from './boot/guard-order.js';
import { AuthClients } from './client/auth-clients.js';
import { SYSTEM_CLOCK } from './clock.js';
import { DeclarationAudit } from './discovery/declaration-audit.js';
import { ExternalAudit } from './discovery/external-audit.js';
import { ExternalHandlers } from './discovery/external-handlers.js';
import { findAuthorizer, findEnricher } from './discovery/find-authorizer.js';
import { MessageRegistry } from './discovery/message-registry.js';
import { RawRoutes } from './discovery/raw-routes.js';
import { AuthConfigurationError, within } from './errors.js';
import { Door } from './guard/door.js';
import { Enricher } from './guard/enricher.js';
import { PendingDecisions } from './guard/pending-decisions.js';
import { AuthHealthIndicator } from './health/auth-health-indicator.js';
import { metadataUrlOf } from './http/resource-identifier.js';
import { AuthenticatorMetrics } from './observe/authenticator-metrics.js';
import { Authenticators } from './plan/authenticators.js';
import { PlanCompiler } from './plan/compile.js';
import { PlanRegistry } from './plan/plan.registry.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from './resolved-options.js';
import { AuthGuard } from './transport/auth.guard.js';
import { MountGuard } from './transport/http/mount-guard.js';
import { RefusalFilter } from './transport/http/refusal.filter.js';
import { ResourceMetadataRoute } from './transport/http/resource-metadata.route.js';
import { UnavailableFilter } from './transport/http/unavailable.filter.js';
import { Listeners } from './transport/listeners.js';
import { MessageGuards } from './transport/message-guard.js';
import { RPC_PROVIDERS } from './transport/rpc/providers.js';
import { WEB_SOCKET_PROVIDERS } from './transport/web-socket/providers.js';

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
    RawRoutes,
    ResourceMetadataRoute,
    ProtectedMounts,
    SurfaceCatalog,
    DeclarationAudit,
    MessageRegistry,
    ExternalHandlers,
    ExternalAudit,
    PendingDecisions,
    Door,
    AuthGuard,
    MountGuard,
    MessageGuards,
    ...WEB_SOCKET_PROVIDERS,
    ...RPC_PROVIDERS,
    Listeners,
    Closing,
    Compilation,
    Boot,
    GuardOrder,
    RefusalFilter,
    UnavailableFilter,
    AuthService,
    AuthHealthIndicator,
    AuthenticatorMetrics,
    ...WITHOUT_FOR_ROOT,
    ...STRATEGY_PROVIDERS,
    { provide: RESOLVED_OPTIONS, useFactory: resolveOptions, inject: [MODULE_OPTIONS_TOKEN] },
    { provide: Enricher, useFactory: createEnricher, inject: [RESOLVED_OPTIONS, ENRICHER_CLASS, ModuleRef, ModulesContainer] },
    { provide: AuthClients, useFactory: createClients, inject: [RESOLVED_OPTIONS] },
    { provide: PlanCompiler, useFactory: createCompiler, inject: [RESOLVED_OPTIONS, Authenticators, ModuleRef, ModulesContainer] },
    { provide: AccessControl, useFactory: createAccessControl, inject: [RESOLVED_OPTIONS, PlanCompiler, PlanRegistry] },
  ],
  exports: [AuthService, AuthHealthIndicator],
})
export class AuthModule extends ConfigurableModuleClass implements NestModule, OnApplicationBootstrap {
  /** @internal Nest makes it. */
  constructor(
    @Inject(Boot) private readonly boot: Boot,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(GuardOrder) private readonly guardOrder: GuardOrder,
  ) {
    super();
  }

  /** Adds no middleware: Nest calls it when all global guards are known, and before it builds the routes. */
  configure(): void {
    // Nest calls it on an empty object where the module became request-scoped; BootModule stops that boot with the reason.
    (this.guardOrder as GuardOrder | undefined)?.arrange();
  }

  /** Configures the module with values that are known when the application is written. */
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Configures the module with values from a factory, or from a class with `create()`, an `AuthOptionsFactory`.
   * Classes (`strategies`, `authorizers`, `enricher`, `eventSink`) stand beside it: they are known before it runs.
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return super.forRootAsync(withOneSource(options));
  }

  /**
   * Works out the plan of every route.
   *
   * @throws AuthConfigurationError with every mistake of the application: the boot stops.
   */
  async onApplicationBootstrap(): Promise<void> {
    try {
      this.refuseSecondImport();
      await this.boot.run();
    } catch (error) {
      await this.boot.abort();
      throw error;
    }
  }

  private refuseSecondImport(): void {
    if ([...this.modules.values()].filter(({ metatype }) => metatype === AuthModule).length > 1)
      throw new AuthConfigurationError('AuthModule.forRoot() is imported twice. Import it once, in the root module: it is global.');
  }
}

function createEnricher(
  { enricherCache }: ResolvedAuthOptions,
  { type }: EnricherClass,
  moduleRef: ModuleRef,
  modules: ModulesContainer,
): Enricher {
  return new Enricher(type && (() => findEnricher(type, moduleRef, modules)), enricherCache);
}

async function createClients({ clients, outgoing }: ResolvedAuthOptions): Promise<AuthClients> {
  if (Object.keys(clients).length === 0) return new AuthClients(new Map());
  const { createAuthClients } = await import('./client/create-auth-clients.js');
  const { createOutgoingClient } = await import('./outgoing/outgoing-client.js');
  const surroundings = { createClient: createOutgoingClient, clock: SYSTEM_CLOCK, warn, ...(outgoing && { defaults: outgoing }) };
  return within('AuthModule options.clients', () => createAuthClients(clients, surroundings));
}

function createAccessControl(options: ResolvedAuthOptions, compiler: PlanCompiler, registry: PlanRegistry): AccessControl {
  const { resourceAccessControl: option, defaultAuth, uncoveredRules } = options;
  return new AccessControl({ option, compiler, registry, schemes: compiler.singleSchemes, defaultAuth, uncoveredRules, warn });
}

function createCompiler(
  { schemes, realm, resource }: ResolvedAuthOptions,
  authenticators: Authenticators,
  moduleRef: ModuleRef,
  modules: ModulesContainer,
): PlanCompiler {
  const metadataUrl = resource && metadataUrlOf(resource.url);
  return new PlanCompiler({
    schemes,
    realm,
    metadataUrl,
    authenticators,
    findAuthorizer: (type) => findAuthorizer(type, moduleRef, modules),
  });
}
