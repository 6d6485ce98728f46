import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { ANONYMOUS } from '../anonymous.js';
import { AuthConfigurationError, fieldError, isA, resultOf, textOf } from '../errors.js';
import { isToken } from '../http/challenge.js';
import { REQUIREMENT_FIELDS } from '../requirements/every-requirement.js';
import type { Authenticator, AuthenticatorStats, AuthStrategy } from '../strategies/strategy.js';

/** Milliseconds that closing may take. */
const PATIENCE = 300;

interface Prepared {
  readonly name: string;
  readonly configKey: string;
  readonly config: unknown;
  readonly authenticator: Promise<Authenticator>;
}

/** Prepares one config of a strategy. */
export type PrepareAuthenticator = (strategy: AuthStrategy, config: unknown, name: string) => Authenticator | Promise<Authenticator>;

/** The injection token of {@link PrepareAuthenticator}: a test may put something else in the place of the strategies. */
export const PREPARE_AUTHENTICATOR = Symbol('nest-service-auth:prepare-authenticator');

/** Lets the strategy itself prepare its config. */
export const prepareByStrategy: PrepareAuthenticator = (strategy, config, name) => strategy.prepare(config, name);

/** The authenticators of an application: one for each distinct config, prepared when it is first needed. */
export class Authenticators {
  private readonly byConfigKey: ReadonlyMap<string, AuthStrategy>;
  private readonly prepared: Prepared[] = [];

  constructor(
    strategies: readonly AuthStrategy[],
    private readonly prepareConfig: PrepareAuthenticator = prepareByStrategy,
  ) {
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
    const known = this.prepared.find((each) => each.name === name && each.configKey === configKey && isSameConfig(each.config, config));
    if (known !== undefined) return known.authenticator;
    const authenticator = this.create(configKey, config, name);
    this.prepared.push({ name, configKey, config, authenticator });
    return authenticator;
  }

  /** The authenticators that could be prepared, with the names that they go by. */
  async all(): Promise<{ readonly name: string; readonly authenticator: Authenticator }[]> {
    const prepared = await Promise.all(
      this.prepared.map(async ({ name, authenticator }) => ({ name, authenticator: await authenticator.catch(() => undefined) })),
    );
    return prepared.flatMap(({ name, authenticator }) => (authenticator === undefined ? [] : [{ name, authenticator }]));
  }

  /**
   * Closes every authenticator; the first failure is thrown when all have been tried. One that takes long, or is still being prepared, is closed when it
   * is ready, and not waited for.
   */
  async close(): Promise<void> {
    const closing = this.prepared.splice(0).map(async ({ authenticator }) => {
      const ready = await authenticator.catch(() => undefined);
      await ready?.close?.();
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<[]>((resolve) => {
      timer = setTimeout(resolve, PATIENCE, []);
    });
    const results = await Promise.race([Promise.allSettled(closing), late]);
    clearTimeout(timer);
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      throw isA(result.reason, Error) ? result.reason : new Error(textOf(result.reason), { cause: result.reason });
    }
  }

  private async create(configKey: string, config: unknown, name: string): Promise<Authenticator> {
    const strategy = this.byConfigKey.get(configKey);
    if (strategy === undefined) throw fieldError(configKey, 'is not a known config.');
    try {
      const authenticator: unknown = await this.prepareConfig(strategy, config, name);
      checkAuthenticator(authenticator, strategy);
      return authenticator;
    } catch (error) {
      if (isA(error, AuthConfigurationError)) throw error.within(configKey);
      throw fieldError(configKey, textOf(error), error);
    }
  }
}

/** What an authenticator has counted. A strategy of the application's own that fails at it must not keep the rest from being read. */
export function statsOf(authenticator: Pick<Authenticator, 'stats'>): AuthenticatorStats {
  return resultOf(() => authenticator.stats?.()) ?? {};
}

/** The fields of entries that no strategy may take for its config. */
const OTHER_FIELDS: readonly string[] = ['scheme', 'allOf', ANONYMOUS, ...REQUIREMENT_FIELDS];

function indexByConfigKey(strategies: readonly AuthStrategy[]): Map<string, AuthStrategy> {
  const index = new Map<string, AuthStrategy>();
  for (const strategy of strategies) {
    const { configKey } = strategy;
    const name = strategy.constructor.name;
    if (typeof configKey !== 'string' || configKey === '')
      throw fieldError(name, 'has no configKey: the field under which entries carry its config.');
    if (OTHER_FIELDS.includes(configKey))
      throw fieldError(name, `has the configKey "${configKey}", which means something else in an entry.`);
    const other = index.get(configKey);
    if (other !== undefined) throw fieldError(name, `has the configKey "${configKey}", which ${other.constructor.name} has already.`);
    index.set(configKey, strategy);
  }
  return index;
}

const authenticatorSchema = z.looseObject({
  challenges: z.array(z.looseObject({ scheme: z.string(), params: z.record(z.string(), z.string()).optional() })),
  authenticate: z.custom((value) => typeof value === 'function'),
});

function checkAuthenticator(prepared: unknown, strategy: AuthStrategy): asserts prepared is Authenticator {
  const { success, data } = authenticatorSchema.safeParse(prepared);
  if (!success)
    throw new AuthConfigurationError(
      `${strategy.constructor.name}.prepare() must return { challenges: [{ scheme, params }], authenticate }.`,
    );
  const names = data.challenges.flatMap(({ scheme, params = {} }) => [scheme, ...Object.keys(params)]);
  const wrong = names.find((name) => !isToken(name));
  if (wrong !== undefined) throw fieldError('challenges', `"${wrong}" cannot stand in a header.`);
}

/** Only plain data is compared by value: objects of classes may look alike and differ in what they hide. What equals plain data is plain, too. */
function isSameConfig(one: unknown, other: unknown): boolean {
  return one === other || (isPlainData(one) && isDeepStrictEqual(one, other));
}

function isPlainData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !Array.isArray(value)) return false;
  return Object.values(value).every(isPlainData);
}
