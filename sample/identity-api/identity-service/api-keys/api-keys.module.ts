import { Module } from '@nestjs/common';
import { ApiKeys } from './api-keys.js';

/** What the strategy for API keys needs. */
@Module({ providers: [ApiKeys], exports: [ApiKeys] })
export class ApiKeysModule {}
