import type { INestApplication } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController, SERVICE } from './health.controller.js';

@Module({ imports: [TerminusModule.forRoot({ logger: false })], controllers: [HealthController] })
class HealthModule {}

/**
 * Makes the application that answers probes about another application, by plain HTTP and on its own port: a probe has no client certificate, which
 * the inventory service requires, and users should not see the answers.
 */
export function createHealth(service: INestApplication): Promise<INestApplication> {
  const about = { module: HealthModule, providers: [{ provide: SERVICE, useValue: service }] };
  return NestFactory.create(about, { logger: ['error'], abortOnError: false });
}
