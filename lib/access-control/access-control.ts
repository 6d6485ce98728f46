import { FileFailure, textIn } from '../config/file-contents.js';
import { WatchedFiles } from '../config/watched-files.js';
import { AuthConfigurationError, fieldError } from '../errors.js';
import type { PlanRegistry } from '../plan/plan.registry.js';
import type { LoadContext } from './load-rules.js';
import type { PathRules } from './path-rules.js';
import type { Surface } from './surface.js';

/** What {@link AccessControl} needs from the application. */
export interface AccessControlContext extends Omit<LoadContext, 'surface'> {
  /** The `resourceAccessControl` option. */
  readonly option: unknown;
  /** Holds the rules that are in force. */
  readonly registry: PlanRegistry;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}

/**
 * Loads the access rules from the options or from a file, and again when the file changes. What reads and compares rules is imported where there
 * are some.
 */
export class AccessControl {
  private file: WatchedFiles<PathRules> | undefined;
  private surface: Surface | undefined;
  private size = 0;

  constructor(private readonly context: AccessControlContext) {}

  /** Whether there are rules at all. */
  get isConfigured(): boolean {
    return this.context.option !== undefined;
  }

  /**
   * Reads the rules and watches their file.
   *
   * @param surface - what the application answers: rules that match none of it are reported.
   * @throws AuthConfigurationError with every mistake in them.
   */
  async load(surface?: Surface): Promise<PathRules> {
    this.surface = surface;
    const { rulesFile } = await import('./load-rules.js');
    const path = rulesFile(this.context.option);
    if (path === undefined) return this.accept(await this.read());
    const rules = await this.watch(path);
    if (rules.size === 0) this.context.warn(`${path} has no access rules: every request is handled as one that no rule matches.`);
    return rules;
  }

  /** Stops watching. */
  close(): void {
    this.file?.close();
  }

  private async watch(path: string): Promise<PathRules> {
    const { registry, warn } = this.context;
    const file = new WatchedFiles({
      files: [path],
      parse: (contents) => this.readAgain(textIn(contents, path), path),
      use: (rules) => {
        registry.paths = this.accept(rules);
      },
      onFailure: ({ message }) => warn(`The previous access rules stay in force: ${path} was changed and cannot be used.\n${message}`),
      onRecovery: () => warn(`The access rules are those of ${path} again.`),
    });
    const rules = await file.start().catch((error) => {
      throw error instanceof FileFailure ? unreadable(error) : error;
    });
    this.accept(rules);
    this.file = file;
    file.watch();
    return rules;
  }

  private async read(source?: string): Promise<PathRules> {
    const { loadPathRules } = await import('./load-rules.js');
    return loadPathRules(this.context.option, { ...this.context, surface: this.surface }, source);
  }

  /** A file without rules was emptied or is being written: the previous rules stay in force. */
  private async readAgain(source: string, path: string): Promise<PathRules> {
    const rules = await this.read(source);
    if (rules.size > 0 || this.size === 0) return rules;
    throw new AuthConfigurationError(`${path} has no rules any more. Add one, or restart without the file if you want none.`);
  }

  private accept(rules: PathRules): PathRules {
    for (const warning of rules.warnings()) this.context.warn(warning);
    this.size = rules.size;
    return rules;
  }
}

function unreadable(error: FileFailure): AuthConfigurationError {
  return fieldError('AuthModule options.resourceAccessControl.file', error.message, error);
}
