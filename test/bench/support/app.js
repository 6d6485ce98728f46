import 'reflect-metadata';
import { IncomingMessage } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OrderController } from './order.controller.js';

/** @typedef {import('../contenders/contender.js').Protection} Protection */

/** Makes an application that is protected as `protection` says. @param {Protection} protection @param {'express' | 'fastify'} adapter */
export async function createApp(
  { imports = [], providers = [], guard, isGlobal = false },
  adapter = 'express',
  options = {},
  controllers = [OrderController],
) {
  class AppModule {}
  Module({ imports, providers, controllers })(AppModule);
  const server = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter(options);
  const app = await NestFactory.create(AppModule, server, {
    logger: ['error'],
    abortOnError: false,
    ...(adapter === 'express' && options),
  });
  if (guard !== undefined && !isGlobal) app.useGlobalGuards(app.get(guard, { strict: false }));
  return app;
}

/** Makes an application that does not listen, for its guard alone. @param {Protection} protection */
export async function openGuard(protection) {
  const app = await createApp(protection);
  await app.init();
  return { app, guard: app.get(protection.guard, { strict: false }) };
}

/** A request as a server hands it out, without what Node's own constructor costs. */
function Request(authorization) {
  this.headers = {
    host: 'api.example.com',
    'user-agent': USER_AGENT,
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate, br',
    connection: 'keep-alive',
    authorization,
  };
  this.rawHeaders = [
    'Host',
    'api.example.com',
    'User-Agent',
    USER_AGENT,
    'Accept',
    'application/json',
    'Accept-Encoding',
    'gzip, deflate, br',
    'Connection',
    'keep-alive',
    'Authorization',
    authorization,
  ];
  this.method = 'GET';
  this.url = '/orders/1';
  this.route = ROUTE;
}
Request.prototype = IncomingMessage.prototype;

const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const WITHOUT_CREDENTIALS = {
  host: 'api.example.com',
  'user-agent': USER_AGENT,
  accept: 'application/json',
  'accept-encoding': 'gzip, deflate, br',
  connection: 'keep-alive',
};
const ROUTE = { path: '/orders/:id' };

/**
 * Makes fresh requests with one `Authorization` header. Its value is a string of its own each time, as it is when it comes
 * from a socket: what a JavaScript engine remembers of a string must help nobody.
 *
 * @param {string} authorization
 */
export function requestFactory(authorization) {
  const octets = Buffer.from(authorization);
  return () => new Request(octets.latin1Slice(0, octets.length));
}

/**
 * The same with one cookie, and without `Authorization`.
 *
 * @param {string} cookie
 */
export function cookieRequestFactory(cookie) {
  const octets = Buffer.from(cookie);
  return () => {
    const text = octets.latin1Slice(0, octets.length);
    const request = new Request(text);
    request.headers = { ...WITHOUT_CREDENTIALS, cookie: text };
    request.rawHeaders[request.rawHeaders.length - 2] = 'Cookie';
    return request;
  };
}

/** The same without credentials. */
export function anonymousRequest() {
  const request = new Request('');
  request.headers = { ...WITHOUT_CREDENTIALS };
  request.rawHeaders.length -= 2;
  return request;
}

/**
 * The same with a proof of possession, which is good for one request.
 *
 * @param {string} token
 * @param {string} proof
 */
export function provingRequest(token, proof) {
  const request = new Request(`DPoP ${token}`);
  Object.assign(request.headers, { dpop: proof });
  request.rawHeaders.push('DPoP', proof);
  return request;
}

/** The context that Nest gives to a guard. @param {object} request */
export function contextOf(request, response = RESPONSE, type = OrderController, handler = OrderController.prototype.find) {
  return new ExecutionContextHost([request, response, ignore], type, handler);
}

/** What a guard writes to an answer goes nowhere. */
const RESPONSE = { set: () => RESPONSE, header: () => RESPONSE, setHeader: () => RESPONSE };

function ignore() {}
