import { Inject, Injectable } from '@nestjs/common';
import type { Route } from '../discovery/handler-catalog.js';
import { RawRoutes } from '../discovery/raw-routes.js';
import { describeRawRoutes } from '../plan/audit.js';
import { ProtectedMounts } from './protected-mounts.js';
import { openPaths, placeOfMount, placeOfRawRoute, placeOfRoute, type Surface, unguarded } from './surface.js';

/** Finds out what the application answers, whoever registered it. */
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

  /** Tells the operator of the raw routes that nobody has said anything about, and once more when Fastify's plugins are there. */
  tellRawRoutes(routes: readonly Route[], open: readonly string[], warn: (message: string) => void): void {
    const tell = () => {
      const raw = this.rawRoutes.news(unguarded(this.surface(routes, open)).map(({ label }) => label));
      if (raw.length > 0) warn(describeRawRoutes(raw.join(', ')));
    };
    const { early } = this.rawRoutes;
    if (early !== undefined) warn(describeRawRoutes(`\n${early}\n(registered before the application was made)`));
    tell();
    this.rawRoutes.onReady(tell);
  }
}
