import { LRUCache } from 'lru-cache';
import type { Adapter, AdapterPayload } from 'oidc-provider';

/** The most things that are kept; the least recently used goes first. */
const CAPACITY = 10_000;

/** Makes the place where an authorization server keeps its tokens: it outlives a change of keys, and not the process. */
export function memoryAdapter(): (model: string) => Adapter {
  const kept = new LRUCache<string, AdapterPayload>({ max: CAPACITY });
  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload, seconds) => {
        kept.set(keyOf(id), payload, seconds === undefined ? {} : { ttl: seconds * 1000 });
      },
      find: async (id) => kept.get(keyOf(id)),
      destroy: async (id) => {
        kept.delete(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
      },
      // What follows belongs to grants that need a browser, which this server does not have.
      consume: async () => {},
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
    };
  };
}
