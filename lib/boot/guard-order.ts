import { type CanActivate, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { MODULE_LOG } from '../operator/operator-log.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../resolved-options.js';
import { BootGuard } from './boot.guard.js';

/** The place of the guard among the global guards: chosen by `guardOrder`, or else Nest's own, with a warning of what runs before it. */
@Injectable()
export class GuardOrder implements OnModuleInit {
  private isArranged = false;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedAuthOptions, 'guardOrder' | 'guardsBefore'>,
    @Inject(ApplicationConfig) private readonly config: Pick<ApplicationConfig, 'getGlobalGuards'>,
    @Inject(BootGuard) private readonly guard: CanActivate,
  ) {}

  /** Where there are routes, {@link arrange} has been called before they were built. */
  onModuleInit(): void {
    this.arrange();
  }

  /** Arranges the guards, or warns, once: to be called when all global guards are known, and before Nest builds the routes. */
  arrange(): void {
    if (this.isArranged) return;
    this.isArranged = true;
    const guards = this.config.getGlobalGuards();
    const isMeant = (guard: CanActivate) => this.options.guardsBefore.some((type) => guard instanceof type);
    if (this.options.guardOrder === 'first') {
      const others = guards.filter((each) => each !== this.guard);
      // Nest has no other way to change the order than its own list.
      guards.splice(0, guards.length, ...others.filter(isMeant), this.guard, ...others.filter((each) => !isMeant(each)));
      return;
    }
    const before = guards.slice(0, Math.max(0, guards.indexOf(this.guard))).filter((each) => !isMeant(each));
    if (before.length > 0) MODULE_LOG.warn(describeBefore(before.map((each) => each.constructor.name)));
  }
}

function describeBefore(names: readonly string[]): string {
  return `Global guards that run before the guard of AuthModule, when no caller is known: ${names.join(', ')}. Set guardOrder: 'first' to authenticate before them; or list them in guardsBefore, if they must run first.`;
}
