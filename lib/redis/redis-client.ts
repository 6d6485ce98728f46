/** What is used of a client of the package `ioredis`: a `Redis` (also one that asks sentinels) or a `Cluster`. */
export interface IoredisClient {
  /** Reads a key. */
  get(key: string): Promise<string | null>;
  /** Writes a key that ends after so many milliseconds. */
  set(key: string, value: string, unit: 'PX', milliseconds: number): Promise<unknown>;
  /** The same, if the key is not there. */
  set(key: string, value: string, unit: 'PX', milliseconds: number, condition: 'NX'): Promise<unknown>;
  /** Runs a script on the server. */
  eval(script: string, numberOfKeys: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
  /** By this method a client of `ioredis` is recognized; it is not called. */
  defineCommand(name: string, definition: { lua: string }): void;
}

/** What is used of a client of the package `redis` 5: one of `createClient()`, `createCluster()`, `createSentinel()` or `createClientPool()`. */
export interface NodeRedisClient {
  /** Reads a key. */
  get(key: string): Promise<unknown>;
  /** Writes a key that ends after so many milliseconds, with a condition only if it is not there. */
  set(key: string, value: string, options: { expiration: { type: 'PX'; value: number }; condition?: 'NX' }): Promise<unknown>;
  /** Runs a script on the server. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of the application's own, of the package `ioredis` or `redis`. */
export type RedisStateClient = IoredisClient | NodeRedisClient;

/** The four commands that are sent, each about one key, so that a cluster can run it where the key is. */
export interface RedisCommands {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, milliseconds: number): Promise<unknown>;
  setNew(key: string, value: string, milliseconds: number): Promise<unknown>;
  increment(key: string, milliseconds: number): Promise<unknown>;
}

/** One step on the server: a process that dies between two commands cannot leave a counter without an end. */
const INCREMENT = `local count = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

/** The commands of a client; undefined for what is no client. */
export function commandsOf(client: RedisStateClient): RedisCommands | undefined {
  const { get, set, eval: run } = (client ?? {}) as Partial<Record<'get' | 'set' | 'eval', unknown>>;
  if ([get, set, run].some((method) => typeof method !== 'function')) return undefined;
  return 'defineCommand' in client ? ofIoredis(client) : ofNodeRedis(client);
}

function ofIoredis(client: IoredisClient): RedisCommands {
  return {
    get: (key) => client.get(key),
    set: (key, value, milliseconds) => client.set(key, value, 'PX', milliseconds),
    setNew: (key, value, milliseconds) => client.set(key, value, 'PX', milliseconds, 'NX'),
    increment: (key, milliseconds) => client.eval(INCREMENT, 1, key, milliseconds),
  };
}

function ofNodeRedis(client: NodeRedisClient): RedisCommands {
  const ends = (milliseconds: number) => ({ expiration: { type: 'PX', value: milliseconds } }) as const;
  return {
    get: (key) => client.get(key),
    set: (key, value, milliseconds) => client.set(key, value, ends(milliseconds)),
    setNew: (key, value, milliseconds) => client.set(key, value, { ...ends(milliseconds), condition: 'NX' }),
    increment: (key, milliseconds) => client.eval(INCREMENT, { keys: [key], arguments: [String(milliseconds)] }),
  };
}
