import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadSettings, type Settings } from '../settings.js';
import { notesModule } from './notes.module.js';

/** Makes the MCP server. */
export function createNotesServer(settings: Settings, options: NestApplicationOptions = {}): Promise<INestApplication> {
  return NestFactory.create(notesModule(settings), options);
}

/** Makes it with the settings of the environment. `nest-service-auth policy` calls this function by its name. */
export function createApp(env?: NodeJS.ProcessEnv): Promise<INestApplication> {
  return createNotesServer(loadSettings(env));
}
