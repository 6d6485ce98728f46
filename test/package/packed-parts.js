import 'reflect-metadata';
import { deepStrictEqual, rejects } from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';

/**
 * Checks the packages that are parts of the packed files: the API of OpenTelemetry uses the SDK that an application started with its own copy,
 * and the readers of configs, of addresses and of names that were meant say what they say as packages.
 *
 * @param {string} root
 */
export async function checkPackedParts(root) {
  const { AuthModule } = await import(pathToFileURL(join(root, 'dist/index.js')).href);
  const start = (/** @type {object} */ options) => startApplication(AuthModule, options);
  await checkTelemetry(start);
  await rejects(
    start({ trustedProxies: ['::ffff:10.0.0.0/100'] }),
    /trustedProxies\[0\]: "::ffff:10\.0\.0\.0\/100" trusts too many addresses/,
  );
  await rejects(start({ trustedProxys: ['10.0.0.0/8'] }), /trustedProxys: is not a known field\. Did you mean "trustedProxies"\?/);
  console.log('✓ The packed files report to the SDK that the application started, and read addresses and names');
}

/** @param {(options: object) => Promise<import('@nestjs/common').INestApplication>} start */
async function checkTelemetry(start) {
  const started = recordSpans();
  const app = await start({ trustedProxies: ['10.0.0.0/8', 'fd00::/8'] });
  try {
    const { port } = app.getHttpServer().address();
    const { status } = await fetch(`http://127.0.0.1:${port}/orders`);
    deepStrictEqual({ status, started }, { status: 401, started: ['authenticate'] }, 'what an SDK is told');
  } finally {
    await app.close();
    trace.disable();
  }
}

/** @param {{ forRoot(options: object): import('@nestjs/common').DynamicModule }} AuthModule @param {object} options */
async function startApplication(AuthModule, options) {
  class Orders {}
  Object.assign(Orders.prototype, { read: () => 'read' });
  const described = Object.getOwnPropertyDescriptor(Orders.prototype, 'read') ?? {};
  Get('orders')(Orders.prototype, 'read', described);
  Controller()(Orders);
  class App {}
  const jwtValidatorConfig = { issuer: null, audience: null, signatureConfig: { secret: 'a secret of at least 32 bytes, for HS256' } };
  const imports = [AuthModule.forRoot({ schemes: { sts: { jwtValidatorConfig } }, defaultAuth: ['sts'], ...options })];
  Module({ imports, controllers: [Orders] })(App);
  const app = await NestFactory.create(App, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

/** Starts an SDK that keeps the names of its spans. */
function recordSpans() {
  /** @type {string[]} */
  const started = [];
  const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const startSpan = (/** @type {string} */ name) => {
    started.push(name);
    return span;
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan, startActiveSpan: () => undefined }) });
  return started;
}
