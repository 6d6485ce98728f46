import { isDeepStrictEqual } from 'node:util';
import { AuthConfigurationError } from '../errors.js';
import { isToken } from '../http/challenge.js';
import type { Authenticator, AuthStrategy } from '../strategies/strategy.js';

interface Prepared {
  readonly name: string;
  readonly configKey: string;
  readonly config: unknown;
  readonly authenticator: Promise<Authenticator>;
}

/** The authenticators of an application: one for each distinct config, prepared when it is first wanted. */
export class Authenticators {
  private readonly byConfigKey: ReadonlyMap<string, AuthStrategy>;
  private readonly prepared: Prepared[] = [];

  constructor(strategies: readonly AuthStrategy[]) {
    this.byConfigKey = indexByConfigKey(strategies);
  }

  /** The config keys that entries may use. */
  get configKeys(): string[] {
    return [...this.byConfigKey.keys()];
  }

  /**
   * The authenticator of a config; equal configs of one name share one.
   *
   * @throws AuthConfigurationError with paths that begin with the config key.
   */
  prepare(configKey: string, config: unknown, name: string): Promise<Authenticator> {
    const known = this.prepared.find(
      (each) => each.name === name && each.configKey === configKey && isDeepStrictEqual(each.config, config),
    );
    if (known !== undefined) return known.authenticator;
    const authenticator = this.create(configKey, config, name);
    this.prepared.push({ name, configKey, config, authenticator });
    return authenticator;
  }

  /** Closes every authenticator; the first failure is thrown when all have been tried. */
  async close(): Promise<void> {
    const closing = this.prepared.splice(0).map(async ({ authenticator }) => {
      const ready = await authenticator.catch(() => undefined);
      await ready?.close?.();
    });
    for (const result of await Promise.allSettled(closing)) if (result.status === 'rejected') throw result.reason;
  }

  private async create(configKey: string, config: unknown, name: string): Promise<Authenticator> {
    const strategy = this.byConfigKey.get(configKey);
    if (strategy === undefined) throw new AuthConfigurationError([{ path: configKey, message: 'is not a known config.' }]);
    try {
      const authenticator = await strategy.prepare(config, name);
      checkChallenges(authenticator);
      return authenticator;
    } catch (error) {
      if (error instanceof AuthConfigurationError) throw error.within(configKey);
      const message = error instanceof Error ? error.message : String(error);
      throw new AuthConfigurationError([{ path: configKey, message }], { cause: error });
    }
  }
}

function indexByConfigKey(strategies: readonly AuthStrategy[]): Map<string, AuthStrategy> {
  const index = new Map<string, AuthStrategy>();
  for (const strategy of strategies) {
    const { configKey } = strategy;
    const name = strategy.constructor.name;
    if (typeof configKey !== 'string' || configKey === '')
      throw new AuthConfigurationError([{ path: name, message: 'has no configKey: the field under which entries carry its config.' }]);
    const other = index.get(configKey);
    if (other !== undefined)
      throw new AuthConfigurationError([
        { path: name, message: `has the configKey "${configKey}", which ${other.constructor.name} has already.` },
      ]);
    index.set(configKey, strategy);
  }
  return index;
}

function checkChallenges({ challenges }: Authenticator): void {
  const names = challenges.flatMap(({ scheme, params = {} }) => [scheme, ...Object.keys(params)]);
  const wrong = names.find((name) => !isToken(name));
  if (wrong !== undefined) throw new AuthConfigurationError([{ path: 'challenges', message: `"${wrong}" cannot stand in a header.` }]);
}
