import { EventEmitter } from 'node:events';
import { Metadata } from '@grpc/grpc-js';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, MessagePattern, Server, TcpContext, Transport } from '@nestjs/microservices';
import { sideBySide } from '../support/measure.js';
import { decorate, openProtections, rowsOfProtections } from '../support/protections.js';

/** @typedef {import('../support/protections.js').HandlerProtection} HandlerProtection */

/** What a message costs when its handler is called as Nest's servers call it, without a socket. @returns {Promise<import('../report/result.js').Row[]>} */
export async function run({ quick }) {
  const { protections, issuer, close } = await openProtections();
  const token = Buffer.from(`Bearer ${issuer.mint()}`);
  const rows = [];
  for (const [group, transport] of Object.entries(TRANSPORTS)) {
    const apps = [];
    const calls = {};
    for (const [name, protection] of Object.entries(protections)) {
      const { app, handler } = await createApp(transport, protection);
      apps.push(app);
      // A string of its own each time, as it is when it comes from a socket.
      calls[name] = () => handler(...transport.argumentsOf(token.latin1Slice(0, token.length)));
      if ((await calls[name]())?.id !== 1) throw new Error(`${name} answers wrongly.`);
    }
    rows.push(...rowsOfProtections(group, 'message with a repeated token', await sideBySide(calls, { quick })));
    for (const app of apps) await app.close();
  }
  close();
  return rows;
}

const DATA = { id: 1 };
const SOCKET = {};

const TRANSPORTS = {
  TCP: {
    id: Transport.TCP,
    pattern: MessagePattern('orders.find'),
    argumentsOf: (authorization) => [DATA, new TcpContext([SOCKET, 'orders.find', { authorization }])],
  },
  'gRPC, unary': {
    id: Transport.GRPC,
    pattern: GrpcMethod('Orders', 'Find'),
    argumentsOf(authorization) {
      const call = new UnaryCall(authorization);
      return [DATA, call.metadata, call];
    },
  },
};

/** A call as `@grpc/grpc-js` hands it out. */
class UnaryCall extends EventEmitter {
  cancelled = false;
  request = DATA;

  constructor(authorization) {
    super();
    this.metadata = new Metadata();
    this.metadata.set('authorization', authorization);
    this.metadata.set('user-agent', 'grpc-node-js/1.14.0');
  }

  sendMetadata() {}

  getPeer() {
    return '127.0.0.1:50000';
  }
}

/** A server that hands out what it would call. */
class HandlerServer extends Server {
  constructor(transportId) {
    super();
    this.transportId = transportId;
  }

  listen(callback) {
    callback();
  }

  close() {}

  on() {}

  unwrap() {}
}

/** @param {HandlerProtection} protection */
async function createApp({ id, pattern }, { imports, providers, declare }) {
  class Orders {
    find(data) {
      return data;
    }
  }
  Controller()(Orders);
  decorate(Orders, 'find', pattern, declare);
  class AppModule {}
  Module({ imports, providers, controllers: [Orders] })(AppModule);
  const strategy = new HandlerServer(id);
  const app = await NestFactory.createMicroservice(AppModule, { strategy, logger: ['error'], abortOnError: false });
  await app.listen();
  const [handler] = strategy.getHandlers().values();
  return { app, handler };
}
