import { createHash, createHmac } from 'node:crypto';
import { AuthConfigurationError, fieldError } from '../errors.js';
import type { SharedState } from '../memory/shared-state.js';
import { commandsOf, type RedisCommands, type RedisStateClient } from './redis-client.js';
import { SealedValues } from './sealed-values.js';

/** How {@link redisState} writes its keys. */
export interface RedisStateOptions {
  /** What every key begins with. Applications with different prefixes share nothing. */
  readonly prefix: string;
  /**
   * At least 32 bytes, the same in every instance. With it the names of keys are HMACs, and values are encrypted and authenticated, so that
   * a reader of the store cannot guess what a key is about, and a writer cannot forge a value. Without it the names are
   * plain SHA-256 digests.
   */
  readonly secret?: string | Uint8Array;
}

/** The bytes of the hash, as for any HMAC key. @see RFC 2104 §3 */
const LEAST_SECRET = 32;

/**
 * A shared state in Redis, Redis Cluster or Redis with sentinels, through the application's own client. The application connects and
 * closes the client. Every key has an end.
 *
 * @throws AuthConfigurationError if the client is of neither `ioredis` nor `redis`, if there is no prefix, or if the secret is too short.
 * @example
 * ```ts
 * AuthModule.forRoot({ sharedState: redisState(new Redis(url), { prefix: 'shop:', secret }) })
 * ```
 */
export function redisState(client: RedisStateClient, { prefix, secret }: RedisStateOptions): SharedState {
  const commands = commandsOf(client);
  if (commands === undefined) throw new AuthConfigurationError('redisState() needs a client of the package "ioredis" or "redis".');
  if (typeof prefix !== 'string' || prefix === '') throw fieldError('redisState() options.prefix', 'must be a text that is not empty.');
  if (secret === undefined) return new RedisState(commands, (key) => prefix + createHash('sha256').update(key).digest('base64url'));
  const bytes = bytesOf(secret);
  const nameOf = (key: string) => prefix + createHmac('sha256', bytes).update(key).digest('base64url');
  return new RedisState(commands, nameOf, new SealedValues(bytes));
}

function bytesOf(secret: unknown): Uint8Array {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret;
  if (!(bytes instanceof Uint8Array) || bytes.length < LEAST_SECRET)
    throw fieldError('redisState() options.secret', `must be a text or bytes, at least ${LEAST_SECRET} bytes.`);
  return Uint8Array.from(bytes);
}

const COUNT = /^\d{1,15}$/;

class RedisState implements SharedState {
  constructor(
    private readonly commands: RedisCommands,
    private readonly nameOf: (key: string) => string,
    private readonly sealed?: SealedValues,
  ) {}

  async add(key: string, ttl: number): Promise<boolean> {
    const answer = await this.commands.setNew(this.nameOf(key), '1', milliseconds(ttl));
    return answer !== null && answer !== undefined;
  }

  async get(key: string): Promise<string | undefined> {
    const name = this.nameOf(key);
    const stored = await this.commands.get(name);
    if (stored === null || stored === undefined) return undefined;
    const text = String(stored);
    // A counter is written by Redis itself.
    return this.sealed === undefined || COUNT.test(text) ? text : this.sealed.open(name, text);
  }

  async set(key: string, value: string, ttl: number): Promise<void> {
    const name = this.nameOf(key);
    await this.commands.set(name, this.sealed?.seal(name, value) ?? value, milliseconds(ttl));
  }

  async increment(key: string, ttl: number): Promise<number> {
    return Number(await this.commands.increment(this.nameOf(key), milliseconds(ttl)));
  }
}

function milliseconds(seconds: number): number {
  return Math.max(1, Math.ceil(seconds * 1000));
}
