import { Inject, Injectable } from '@nestjs/common';
import type { Route } from '../discovery/handler-catalog.js';
import { RawRoutes } from '../discovery/raw-routes.js';
import { ProtectedMounts } from './protected-mounts.js';
import { openPaths, placeOfMount, placeOfRawRoute, placeOfRoute, type Surface, unguarded } from './surface.js';

/** Lists what the application answers: routes of controllers, mounts and raw routes. */
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
  surface(routes: readonly Route[], open: readonly string[]): Surface {
    return {
      routes: routes.map(placeOfRoute),
      mounts: this.mounts.paths.map(placeOfMount),
      raw: this.rawRoutes.list(routes).map(placeOfRawRoute),
      open: openPaths(open),
    };
  }

  /** Reports the raw routes that are neither guarded nor listed in `rawRoutes`, and again when Fastify has loaded its plugins. */
  reportRawRoutes(routes: readonly Route[], open: readonly string[], warn: (message: string) => void): void {
    const report = () => {
      const raw = this.rawRoutes.news(unguarded(this.surface(routes, open)).map(({ label }) => label));
      if (raw.length > 0) warn(describeRawRoutes(raw.join(', ')));
    };
    const { early } = this.rawRoutes;
    if (early !== undefined) warn(describeRawRoutes(`\n${early}\n(registered before the application was made)`));
    report();
    this.rawRoutes.onReady(report);
  }
}

function describeRawRoutes(routes: string): string {
  return `Registered outside Nest, where no guard runs: ${routes}. Guard them with AuthService.protect({ at }), or list them in rawRoutes if they are meant to be open.`;
}
