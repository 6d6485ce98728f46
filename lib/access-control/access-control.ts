import { FileFailure, textIn } from '../config/file-contents.js';
import { WatchedFiles } from '../config/watched-files.js';
import { AuthConfigurationError } from '../errors.js';
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

/** Keeps the access rules in force: those of the options, or those of a file as it is now. */
export class AccessControl {
  private file: WatchedFiles<PathRules> | undefined;

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
    const { option } = this.context;
    const path = rulesFile(option);
    const rules = path === undefined ? await loadPathRules(option, this.context) : await this.watch(path);
    this.warnOf(rules);
    return rules;
  }

  /** Stops watching. */
  close(): void {
    this.file?.close();
  }

  private async watch(path: string): Promise<PathRules> {
    const { option, registry, warn } = this.context;
    const file = new WatchedFiles({
      files: [path],
      parse: (contents) => loadPathRules(option, this.context, textIn(contents, path)),
      use: (rules) => {
        this.warnOf(rules);
        registry.paths = rules;
      },
      onFailure: ({ message }) => warn(`The access rules are still those of before: ${path} was changed, and cannot be used.\n${message}`),
      onRecovery: () => warn(`The access rules are those of ${path} again.`),
    });
    const rules = await file.start().catch((error) => {
      throw error instanceof FileFailure ? unreadable(error) : error;
    });
    this.file = file;
    file.watch();
    return rules;
  }

  private warnOf(rules: PathRules): void {
    for (const warning of rules.warnings()) this.context.warn(warning);
  }
}

function unreadable(error: FileFailure): AuthConfigurationError {
  return new AuthConfigurationError([{ path: 'AuthModule options.resourceAccessControl.file', message: error.message }], { cause: error });
}
