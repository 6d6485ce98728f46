import * as z from 'zod';
import { chosen, fields, optional } from '../config/schema.js';

/** How much a cache holds and for how long: Ballerina's `cache:CacheConfig`. */
export interface CacheConfig {
  /**
   * The largest number of entries; the least recently used goes first.
   * @defaultValue 1000
   */
  readonly capacity?: number;
  /** The longest time in seconds that an entry lives; -1 sets no limit of its own. */
  readonly defaultMaxAge?: number;
  /** Accepted so that a Ballerina configuration can be carried over, and ignored. */
  readonly evictionFactor?: number;
  /** Accepted so that a Ballerina configuration can be carried over, and ignored: it is always LRU. */
  readonly evictionPolicy?: 'LRU';
  /** Accepted so that a Ballerina configuration can be carried over, and ignored. */
  readonly cleanupInterval?: number;
}

/** The fields of a {@link CacheConfig} that have no effect here. */
const IGNORED = ['evictionFactor', 'evictionPolicy', 'cleanupInterval'] as const;

/** @internal Makes the schemas of the fields of a {@link CacheConfig}, for configs that have more of them. */
export const cacheConfigFields = () => ({
  capacity: optional(z.int().min(1, 'must be at least 1')),
  defaultMaxAge: optional(z.number().refine((age) => age > 0 || age === -1, 'must be a number of seconds above 0, or -1 for no limit')),
  evictionFactor: optional(z.number()),
  evictionPolicy: optional(z.literal('LRU')),
  cleanupInterval: optional(z.number()),
});

/** @internal The schema of a {@link CacheConfig}. */
export const cacheConfig = fields(cacheConfigFields) satisfies z.ZodType<CacheConfig>;

/** @internal The schema of a `cacheConfig` field that can turn its cache off: a {@link CacheConfig}, or `false`. */
export const cacheConfigOrFalse = chosen<CacheConfig | false>((value) => (value === false ? z.literal(false) : cacheConfig));

/** The fields of the config at `path` that are accepted and ignored. */
export function ignoredCacheFields(config: CacheConfig | undefined, path = 'cacheConfig'): string[] {
  return IGNORED.filter((name) => config?.[name] !== undefined).map((name) => `${path}.${name}`);
}
