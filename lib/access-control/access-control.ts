import { resolve } from 'node:path';
import { WatchedFile } from '../config/watched-file.js';
import type { PlanRegistry } from '../plan/plan.registry.js';
import { type LoadContext, loadPathRules, rulesFile } from './load-rules.js';
import type { PathRules } from './path-rules.js';

/** What {@link AccessControl} needs from the application. */
export interface AccessControlContext extends LoadContext {
  /** The `resourceAccessControl` option. */
  readonly option: unknown;
  /** Holds the rules that are in force. */
  readonly registry: PlanRegistry;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}

/** Milliseconds between two looks at the file of the rules. */
const INTERVAL = 1000;

/** Keeps the access rules in force: those of the options, or those of a file as it is now. */
export class AccessControl {
  private file: WatchedFile | undefined;

  constructor(private readonly context: AccessControlContext) {}

  /** Whether there are rules at all. */
  get isConfigured(): boolean {
    return this.context.option !== undefined;
  }

  /**
   * Reads the rules, and goes on watching their file.
   *
   * @throws AuthConfigurationError with every mistake in them.
   */
  async load(): Promise<PathRules> {
    const path = rulesFile(this.context.option);
    if (path === undefined) return this.read();
    this.file = new WatchedFile(resolve(path));
    // First: what changes while the rules are read is new at the next look.
    await this.file.read();
    const rules = await this.read();
    this.file.watch(INTERVAL, () => this.reload(path));
    return rules;
  }

  /** Stops watching. */
  async close(): Promise<void> {
    await this.file?.close();
  }

  private async read(): Promise<PathRules> {
    const rules = await loadPathRules(this.context.option, this.context);
    for (const warning of rules.warnings()) this.context.warn(warning);
    return rules;
  }

  /** A broken file leaves the rules as they were. */
  private async reload(path: string): Promise<void> {
    try {
      this.context.registry.paths = await this.read();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.context.warn(`The access rules are still those of before: ${path} was changed, and cannot be used.\n${reason}`);
    }
  }
}
