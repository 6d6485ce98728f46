import { Injectable } from '@nestjs/common';
import * as z from 'zod';
import { checkAll } from '../config/every-mistake.js';
import { fields, optional, parseConfig, text } from '../config/schema.js';
import type { AuthEntry } from '../decorators/auth-entry.js';
import { fieldError, textOf } from '../errors.js';
import { canonicalPath } from '../http/route-pattern.js';
import type { PlanCompiler } from '../plan/compile.js';
import type { Plan } from '../plan/plan.js';
import { ACCEPTED_PATH } from './accepted-paths.js';

/** What `AuthService.protect()` is given. */
export interface ProtectOptions {
  /** The path that is guarded, with everything below it: the whole path, with global prefixes, as clients write it. */
  readonly at: string;
  /** The entries. By default the access rules decide; without access rules, `defaultAuth`. */
  readonly auth?: readonly AuthEntry[];
}

/** What mounts are compiled with. */
export interface MountContext {
  readonly compiler: PlanCompiler;
  readonly defaultAuth: readonly AuthEntry[] | false | undefined;
  /** Loads the access rules; undefined where there are none. */
  readonly loadPaths: unknown;
  /** Writes a mistake that was made too late to stop the boot. */
  readonly report: (message: string) => void;
}

const ACCEPTED = new RegExp(`^(?:${ACCEPTED_PATH})$`);

const options = fields(() => ({
  at: text.refine((path) => /^\/(?!\/)[^*:{}()[\]\\?]*$/.test(path) && (path === '/' || ACCEPTED.test(withoutSlash(path))), {
    error: 'must be a path as rules see it, such as "/queues": decoded, without parameters and wildcards',
  }),
  auth: optional(z.array(z.unknown(), { error: 'must be a list of entries' })),
}));

/** A path with everything below it, guarded by `AuthService.protect()`. */
export class Mount {
  /** Without a slash at its end: empty for the root. */
  readonly at: string;
  /** Undefined until the boot has finished: until then every request is refused. */
  plan: Plan | undefined;
  private readonly entries: unknown;

  constructor(given: unknown) {
    const { at, auth } = parseConfig(options, given, 'AuthService.protect()');
    this.at = withoutSlash(at);
    this.entries = auth;
  }

  /** The path as rules see it; undefined if it is somewhere else. */
  canonical(path: string): string | undefined {
    return canonicalPath(path, `${this.at}{/*below}`);
  }

  /** @throws AuthConfigurationError */
  async compile({ compiler, defaultAuth, loadPaths }: MountContext): Promise<Plan> {
    const place = `AuthService.protect({ at: '${this.at}' })`;
    if (this.entries === undefined && loadPaths !== undefined) return { kind: 'by-path' };
    const entries = this.entries ?? defaultAuth;
    if (Array.isArray(entries)) return compiler.compile(entries, 'imperative', undefined, { entries: place, requirements: place });
    const message = 'has no entries, and there are no access rules. Add entries: { at, auth: [...] }.';
    throw fieldError(place, message);
  }
}

/** The mounts of an application. */
@Injectable()
export class ProtectedMounts {
  private readonly mounts: Mount[] = [];
  private context: MountContext | undefined;

  /** The paths that are guarded. */
  get paths(): readonly string[] {
    return this.mounts.map(({ at }) => at);
  }

  /** @throws AuthConfigurationError if the options are wrong. */
  add(given: unknown): Mount {
    const mount = new Mount(given);
    this.mounts.push(mount);
    if (this.context !== undefined) void this.open(mount, this.context);
    return mount;
  }

  /**
   * Compiles the plan of each mount.
   *
   * @returns a function that puts the plans in force: to be called when the boot has finished.
   * @throws AuthConfigurationError with every mistake.
   */
  async compile(context: MountContext): Promise<() => void> {
    const mounts = [...this.mounts];
    const plans = await checkAll(mounts.map((mount) => mount.compile(context)));
    return () => {
      this.context = context;
      for (const [index, mount] of mounts.entries()) mount.plan = plans[index];
      for (const mount of this.mounts.slice(mounts.length)) void this.open(mount, context);
    };
  }

  /** For a mount that was added too late to stop the boot. */
  private async open(mount: Mount, context: MountContext): Promise<void> {
    try {
      mount.plan = await mount.compile(context);
    } catch (error) {
      context.report(`Every request to ${mount.at}/ is refused: ${textOf(error)}`);
    }
  }
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
