import { LRUCache } from 'lru-cache';
import type { Adapter, AdapterPayload } from 'oidc-provider';

/** The most entries that are kept. The least recently used one is dropped first. */
const CAPACITY = 10_000;

/** Makes the store of an authorization server for its tokens. It survives a rotation of the keys, but not a restart of the process. */
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
      // The rest is for grants that need a browser, which this server does not support.
      consume: async () => {},
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
    };
  };
}
