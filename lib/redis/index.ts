export type { SharedState } from '../memory/shared-state.js';
export type { IoredisClient, NodeRedisClient, RedisStateClient } from './redis-client.js';
export { type RedisStateOptions, redisState } from './redis-state.js';
