import { secureSocket } from '../../../dist/index.js';
import { CONTENDERS } from '../contenders/index.js';
import { createApp } from './app.js';

/** A server in a process of its own: started by `start-server.js`, which tells it what to serve. */
process.once('message', async (/** @type {import('./start-server.js').Order} */ { contender, adapter, trust, tls }) => {
  const protection = CONTENDERS.find(({ name }) => name === contender)?.protect(trust);
  if (protection === undefined) throw new Error(`Nobody is called "${contender}".`);
  const https = tls && secureSocket(tls);
  const app = await createApp(protection, adapter, https && (adapter === 'fastify' ? { https } : { httpsOptions: https }));
  await app.listen(0, '127.0.0.1');
  process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port: app.getHttpServer().address().port });
});
