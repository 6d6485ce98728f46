import { createApp as create } from './orders.js';

export async function createApp() {
  const app = await create();
  await app.listen(0, '127.0.0.1');
  return app;
}
