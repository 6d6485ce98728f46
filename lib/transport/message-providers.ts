import type { Provider } from '@nestjs/common';
import { ExternalHandlers } from '../discovery/external-handlers.js';
import { GraphqlModules } from '../discovery/graphql-modules.js';
import { MessageAudit } from '../discovery/message-audit.js';
import { MessageRegistry } from '../discovery/message-registry.js';
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
