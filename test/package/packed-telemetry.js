import 'reflect-metadata';
import { deepStrictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';

/**
 * Checks that the packed files, which have an API of OpenTelemetry of their own, use the SDK that an application started with its copy.
 *
 * @param {string} root
 */
export async function checkPackedTelemetry(root) {
  const started = recordSpans();
  const { AuthModule } = await import(pathToFileURL(join(root, 'dist/index.js')).href);
  class Orders {}
  Object.assign(Orders.prototype, { read: () => 'read' });
  const described = Object.getOwnPropertyDescriptor(Orders.prototype, 'read') ?? {};
  Get('orders')(Orders.prototype, 'read', described);
  Controller()(Orders);
  class App {}
  const jwtValidatorConfig = { issuer: null, audience: null, signatureConfig: { secret: 'a secret of at least 32 bytes, for HS256' } };
  Module({ imports: [AuthModule.forRoot({ schemes: { sts: { jwtValidatorConfig } }, defaultAuth: ['sts'] })], controllers: [Orders] })(App);
  const app = await NestFactory.create(App, { logger: false });
  try {
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address();
    const { status } = await fetch(`http://127.0.0.1:${port}/orders`);
    deepStrictEqual({ status, started }, { status: 401, started: ['authenticate'] }, 'what an SDK is told');
  } finally {
    await app.close();
    trace.disable();
  }
  console.log('✓ The packed files report to the SDK that the application started');
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
