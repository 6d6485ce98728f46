import { Inject, Injectable } from '@nestjs/common';
import { AccessControl } from '../access-control/access-control.js';
import { ProtectedMounts } from '../access-control/protected-mounts.js';
import { SurfaceCatalog } from '../access-control/surface-catalog.js';
import { DeclarationAudit } from '../discovery/declaration-audit.js';
import type { Catalog } from '../discovery/handler-catalog.js';
import { metadataPathOf } from '../http/resource-identifier.js';
import { MODULE_LOG } from '../operator/operator-log.js';
import { describeTolerated } from '../plan/audit.js';
import { Authenticators } from '../plan/authenticators.js';
import { PlanCompiler } from '../plan/compile.js';
import { PlanLoader } from '../plan/plan.loader.js';
import { PlanRegistry } from '../plan/plan.registry.js';
import { describeResource } from '../plan/resource-metadata.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../resolved-options.js';
import type { Authenticator } from '../strategies/strategy.js';
import { ResourceMetadataRoute } from '../transport/http/resource-metadata.route.js';
import { MessageServers } from '../transport/rpc/message-servers.js';
import { Transports } from '../transport/transports.js';

/** Works out the plans of everything that can be called from outside. */
@Injectable()
export class Compilation {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
    @Inject(PlanCompiler) private readonly compiler: PlanCompiler,
    @Inject(PlanRegistry) private readonly registry: PlanRegistry,
    @Inject(AccessControl) private readonly accessControl: AccessControl,
    @Inject(DeclarationAudit) private readonly audit: DeclarationAudit,
    @Inject(SurfaceCatalog) private readonly surfaces: SurfaceCatalog,
    @Inject(ProtectedMounts) private readonly mounts: ProtectedMounts,
    @Inject(Transports) private readonly transports: Transports,
    @Inject(MessageServers) private readonly servers: MessageServers,
    @Inject(Authenticators) private readonly authenticators: Authenticators,
    @Inject(ResourceMetadataRoute) private readonly metadata: ResourceMetadataRoute,
  ) {}

  /** The document is made anew when the access rules were replaced: nothing else in it changes. */
  private openMetadata(authenticators: readonly Authenticator[]): void {
    const { registry } = this;
    const { resource } = this.options;
    if (resource === undefined) return;
    const make = () => ({ paths: registry.paths, body: Buffer.from(JSON.stringify(describeResource(resource, registry, authenticators))) });
    let made = make();
    registry.metadataPath = metadataPathOf(resource.url);
    this.metadata.open(() => {
      if (made.paths !== registry.paths) made = make();
      return made.body;
    });
  }

  /**
   * Works out the plans, and warns of what is tolerated.
   *
   * @returns what admits callers to protected mounts: to be called when the boot has finished.
   * @throws AuthConfigurationError with every mistake of the application.
   */
  async run(catalog: Catalog): Promise<() => void> {
    const { explain, rawRoutes, schemes, unannotated } = this.options;
    const { routes, operations } = catalog;
    const { problems, warnings } = this.audit.findings(catalog);
    const found = this.transports.check(operations);
    const hasPaths = this.accessControl.isConfigured || rawRoutes.length > 0;
    const surface = hasPaths ? await this.surfaces.surface(routes, rawRoutes) : undefined;
    const loadPaths = this.accessControl.isConfigured ? () => this.accessControl.load(surface) : undefined;
    const fallback = { ...this.options, loadPaths };
    const loader = new PlanLoader(this.compiler, this.registry, fallback);
    const uncovered = await loader.load(Object.keys(schemes), [...routes, ...found.planned], [...problems, ...found.problems]);
    for (const operation of found.covered) this.registry.cover(operation);
    await this.servers.check();
    this.openMetadata((await this.authenticators.all()).map(({ authenticator }) => authenticator));
    const openMounts = await this.mounts.compile({ ...fallback, compiler: this.compiler, report: (mistake) => MODULE_LOG.error(mistake) });
    await this.surfaces.reportRawRoutes(routes, rawRoutes, (message) => MODULE_LOG.warn(message));
    for (const warning of [...warnings, ...found.warnings]) MODULE_LOG.warn(warning);
    if (explain === 'body') MODULE_LOG.warn("explain: 'body' sends every caller the reason of a refusal. Use it for development only.");
    if (uncovered.length > 0) MODULE_LOG.warn(describeTolerated(uncovered, unannotated));
    return openMounts;
  }
}
