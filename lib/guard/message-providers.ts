import type { Provider } from '@nestjs/common';
import { ExternalHandlers } from '../plan/external-handlers.js';
import { GraphqlModules } from '../plan/graphql-modules.js';
import { MessageAudit } from '../plan/message-audit.js';
import { MessageRegistry } from '../plan/message-registry.js';
import { Listeners } from './listeners.js';
import { MessageGate } from './message-gate.js';
import { MessageGuards } from './message-guard.js';

/** What stands before the handlers of other transports than HTTP. */
export const MESSAGE_PROVIDERS: readonly Provider[] = [
  MessageRegistry,
  ExternalHandlers,
  GraphqlModules,
  MessageAudit,
  MessageGate,
  MessageGuards,
  Listeners,
];
