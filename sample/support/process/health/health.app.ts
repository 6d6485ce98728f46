import type { INestApplication } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController, SERVICE } from './health.controller.js';

@Module({ imports: [TerminusModule.forRoot({ logger: false })], controllers: [HealthController] })
class HealthModule {}

/**
 * Makes the application that answers probes about another one, in plain HTTP and on a port of its own: a probe has no client certificate, as the
 * inventory service demands one, and what it is told is not for the users.
 */
export function createHealth(service: INestApplication): Promise<INestApplication> {
  const about = { module: HealthModule, providers: [{ provide: SERVICE, useValue: service }] };
  return NestFactory.create(about, { logger: ['error'], abortOnError: false });
}
