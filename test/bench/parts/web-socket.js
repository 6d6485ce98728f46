import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { sideBySide } from '../support/measure.js';
import { decorate, openProtections, rowsOfProtections } from '../support/protections.js';

/** @typedef {import('../support/protections.js').HandlerProtection} HandlerProtection */
/** @typedef {import('../report/result.js').Row} Row */

/** What a message costs, called as the adapters call it, and what an open connection holds. @returns {Promise<Row[]>} */
export async function run({ quick }) {
  const { protections, issuer, close } = await openProtections();
  const headers = { authorization: `Bearer ${issuer.mint()}` };
  const rows = [];
  for (const adapter of ['ws', 'socket.io']) {
    const servers = [];
    const calls = {};
    for (const [name, protection] of Object.entries(protections)) {
      const server = await startGateway(adapter, protection);
      servers.push({ server, end: await CONNECT[adapter](server.url, headers) });
      const { callback } = server.handlers[0];
      const data = { id: 1 };
      calls[name] = () => callback(data, ignore);
      if ((await calls[name]())?.data?.id !== 1) throw new Error(`${name} answers wrongly.`);
    }
    rows.push(...rowsOfProtections(adapter, 'message of an open connection', await sideBySide(calls, { quick })));
    for (const { server, end } of servers) {
      end();
      await server.app.close();
    }
  }
  rows.push(...(await openConnections(protections, headers, quick ? 200 : 2000)));
  close();
  return rows;
}

function ignore() {}

/** What connections hold in memory, both ends of them, and how many timers they start. @returns {Promise<Row[]>} */
async function openConnections(protections, headers, count) {
  const holds = {};
  for (const name of ['no guard', 'nest-service-auth']) {
    const server = await startGateway('ws', protections[name]);
    const ends = [];
    const open = async (/** @type {number} */ wanted) => {
      while (ends.length < wanted) ends.push(await CONNECT.ws(server.url, headers));
    };
    await open(100);
    const before = heapUsed();
    const timers = countTimers();
    await open(100 + count);
    holds[name] = { bytes: (heapUsed() - before) / count, timers: timers.stop() / count };
    for (const end of ends) end();
    await server.app.close();
  }
  const { 'no guard': none, 'nest-service-auth': ours } = holds;
  const row = (contender, situation, value, unit) => ({ group: 'ws', situation, contender, value, unit });
  return [
    row('no guard', 'memory of an open connection, both ends', none.bytes, 'bytes'),
    row('nest-service-auth', 'memory of an open connection, both ends', ours.bytes, 'bytes'),
    row('more than no guard', 'memory of an open connection', ours.bytes - none.bytes, 'bytes'),
    row('more than no guard', 'timers started by a connection', ours.timers - none.timers, ''),
  ];
}

function heapUsed() {
  for (let round = 0; round < 4; round++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function countTimers() {
  let count = 0;
  const hook = createHook({
    init(_, type) {
      if (type === 'Timeout') count++;
    },
  }).enable();
  return {
    stop() {
      hook.disable();
      return count;
    },
  };
}

/** @type {Record<string, (url: string, headers: Record<string, string>) => Promise<() => void>>} */
const CONNECT = {
  async ws(url, headers) {
    const client = new WebSocket(url, { headers, perMessageDeflate: false });
    await once(client, 'open');
    return () => client.terminate();
  },
  async 'socket.io'(url, headers) {
    const client = io(url, { extraHeaders: headers, transports: ['websocket'], forceNew: true, reconnection: false });
    await new Promise((resolve, reject) => client.once('connect', () => resolve(undefined)).once('connect_error', reject));
    return () => client.disconnect();
  },
};

/** A gateway, with the handlers that its adapter calls for the client that connected last. @param {HandlerProtection} protection */
async function startGateway(adapter, { imports, providers, declare }) {
  class Orders {
    find(_, data) {
      return { event: 'order', data };
    }
  }
  WebSocketGateway()(Orders);
  decorate(Orders, 'find', SubscribeMessage('find'), declare);
  class AppModule {}
  Module({ imports, providers: [Orders, ...providers] })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: ['error'], abortOnError: false });
  const server = { app, url: '', /** @type {readonly any[]} */ handlers: [] };
  const { [adapter]: Adapter } = { ws: WsAdapter, 'socket.io': IoAdapter };
  class KeepingAdapter extends Adapter {
    bindMessageHandlers(client, handlers, transform) {
      server.handlers = handlers;
      return super.bindMessageHandlers(client, handlers, transform);
    }
  }
  app.useWebSocketAdapter(new KeepingAdapter(app));
  await app.listen(0, '127.0.0.1');
  server.url = `${adapter === 'ws' ? 'ws' : 'http'}://127.0.0.1:${app.getHttpServer().address().port}`;
  return server;
}
