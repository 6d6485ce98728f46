import { type CanActivate, Inject, Injectable, UseGuards } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { HandlerCatalog } from '../discovery/handler-catalog.js';
import { MessageRegistry } from '../discovery/message-registry.js';
import { Door } from '../guard/door.js';
import { Enricher } from '../guard/enricher.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../resolved-options.js';
import { AuthGuard } from '../transport/auth.guard.js';
import { Listeners } from '../transport/listeners.js';
import { Transports } from '../transport/transports.js';
import { BootGuard } from './boot.guard.js';
import { Closing } from './closing.js';
import { Compilation } from './compilation.js';

/** The steps from an application that refuses every call to one that admits callers by its plans. */
// As a guard of a class, too: a test can replace it by overrideGuard(), which looks for nothing else.
@UseGuards(AuthGuard)
@Injectable()
export class Boot {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedAuthOptions,
    @Inject(HandlerCatalog) private readonly catalog: HandlerCatalog,
    @Inject(Compilation) private readonly compilation: Compilation,
    @Inject(MessageRegistry) private readonly messages: MessageRegistry,
    @Inject(Transports) private readonly transports: Transports,
    @Inject(Listeners) private readonly listeners: Listeners,
    @Inject(Closing) private readonly closing: Closing,
    @Inject(BootGuard) private readonly entrance: BootGuard,
    @Inject(AuthGuard) private readonly guard: AuthGuard,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(Enricher) private readonly enricher: Enricher,
    @Inject(Door) door: Door,
  ) {
    entrance.reportTo(door);
  }

  /**
   * Works out every plan, then opens the guard. What listens already is closed where the boot fails.
   *
   * @throws AuthConfigurationError with every mistake of the application: the boot stops.
   */
  async run(): Promise<void> {
    this.transports.prepare(this.options);
    this.enricher.prepare();
    const catalog = this.catalog.read();
    const openMounts = await this.compilation.run(catalog);
    openMounts();
    this.messages.load(catalog.handlers);
    this.entrance.open(this.guardInUse());
  }

  /** The guard of the class above, or what a test has put in its place by overrideGuard() or overrideProvider(). */
  private guardInUse(): CanActivate {
    const instances = [...this.modules.values()].map(({ injectables }) => injectables.get(AuthGuard)?.instance as CanActivate | undefined);
    const found = instances.filter((guard) => guard !== undefined);
    // Not by `instanceof`: a test may have a subclass. Of several guards of this module, the last is the one that app.get() finds.
    return [this.guard, ...found].find((guard) => guard.constructor !== AuthGuard) ?? found.at(-1) ?? this.guard;
  }

  /** Closes what listens and what was opened already, where the boot has failed. */
  async abort(): Promise<void> {
    await this.listeners.close();
    await this.closing.onApplicationShutdown();
  }
}
