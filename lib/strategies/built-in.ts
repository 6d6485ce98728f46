import type { Type } from '@nestjs/common';
import type { AuthStrategy } from './strategy.js';

/** The strategies that come with the module, one line each. */
export const BUILT_IN_STRATEGIES: readonly Type<AuthStrategy>[] = [];
