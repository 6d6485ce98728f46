import { once } from 'node:events';
import { createServer } from 'node:net';
import { describeIfOnPath } from '../../support/on-path.js';
import { startRedis } from '../../support/redis-server.js';

describeIfOnPath('redis-server')('a Redis of a test', (path) => {
  it('does not take what another process listens with for its own', async () => {
    const redis = await startRedis(path);
    await redis.kill();
    const other = createServer((socket) => socket.destroy()).listen(redis.port, '127.0.0.1');
    await once(other, 'listening');
    await expect(redis.restart()).rejects.toThrow('redis-server did not start');
    await once(other.close(), 'close');
    await redis.restart();
    await redis.close();
  });
});
