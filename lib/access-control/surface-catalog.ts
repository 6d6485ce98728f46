import { Inject, Injectable } from '@nestjs/common';
import type { Route } from '../discovery/handler-catalog.js';
import { RawRoutes } from '../discovery/raw-routes.js';
import { ProtectedMounts } from './protected-mounts.js';
import type { Surface } from './surface.js';

/** Lists what the application answers: routes of controllers, mounts and raw routes. What compares paths is imported where there are some to compare. */
@Injectable()
export class SurfaceCatalog {
  constructor(
    @Inject(RawRoutes) private readonly rawRoutes: RawRoutes,
    @Inject(ProtectedMounts) private readonly mounts: ProtectedMounts,
  ) {}

  /**
   * What the application answers so far.
   *
   * @param open - the `rawRoutes` option.
   * @throws AuthConfigurationError if that is wrong.
   */
  async surface(routes: readonly Route[], open: readonly string[]): Promise<Surface> {
    const { openPaths, placeOfMount, placeOfRawRoute, placeOfRoute } = await import('./surface.js');
    return {
      routes: routes.map(placeOfRoute),
      mounts: this.mounts.paths.map(placeOfMount),
      raw: this.rawRoutes.list(routes).map(placeOfRawRoute),
      open: openPaths(open),
    };
  }

  /** Reports the raw routes that are neither guarded nor listed in `rawRoutes`, and again when Fastify has loaded its plugins. */
  async reportRawRoutes(routes: readonly Route[], open: readonly string[], warn: (message: string) => void): Promise<void> {
    const report = async () => {
      if (this.rawRoutes.list(routes).length === 0) return;
      const { unguarded } = await import('./surface.js');
      const raw = this.rawRoutes.news(unguarded(await this.surface(routes, open)).map(({ label }) => label));
      if (raw.length > 0) warn(describeRawRoutes(raw.join(', ')));
    };
    const { early } = this.rawRoutes;
    if (early !== undefined) warn(describeRawRoutes(`\n${early}\n(registered before the application was made)`));
    await report();
    await this.rawRoutes.onReady(report);
  }
}

function describeRawRoutes(routes: string): string {
  return `Registered outside Nest, where no guard runs: ${routes}. Guard them with AuthService.protect({ at }), or list them in rawRoutes if they are meant to be open.`;
}
