import 'reflect-metadata';
import { createHook } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthModule, ServiceAuth } from '../../../dist/index.js';

// A gateway with the module or without it: node server.js <with or without> <secret of the tokens>.
const [variant, secret = ''] = process.argv.slice(2);

/** Every timer that is there, also one that does not keep the process alive. */
const timers = new Set();
const init = (id, type) => void (type === 'Timeout' && timers.add(id));
createHook({ init, destroy: (id) => void timers.delete(id) }).enable();

class Orders {
  ping() {
    return { event: 'pong' };
  }
}
const ping = Object.getOwnPropertyDescriptor(Orders.prototype, 'ping') ?? {};
SubscribeMessage('ping')(Orders.prototype, 'ping', ping);
WebSocketGateway()(Orders);

const sts = { jwtValidatorConfig: { issuer: 'sts', audience: 'orders', signatureConfig: { secret } } };
const imports = variant === 'with' ? [AuthModule.forRoot({ schemes: { sts } })] : [];
if (variant === 'with') ServiceAuth({ auth: ['sts'] })(Orders);

class AppModule {}
Module({ imports, providers: [Orders] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new WsAdapter(app));
await app.listen(0, '127.0.0.1');
const server = app.getHttpServer();

process.on('message', async () => {
  // What is closed needs a moment to be gone.
  for (let round = 0; round < 5; round++) {
    await wait(500);
    globalThis.gc?.();
  }
  const connections = await new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  process.send?.({ heap: process.memoryUsage().heapUsed, timers: timers.size, connections });
});
process.on('disconnect', () => process.exit());
process.send?.(server.address().port);
