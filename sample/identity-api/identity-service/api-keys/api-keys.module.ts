import { Module } from '@nestjs/common';
import { ApiKeys } from './api-keys.js';

/** The dependencies of the strategy for API keys. */
@Module({ providers: [ApiKeys], exports: [ApiKeys] })
export class ApiKeysModule {}
