import type { Provider } from '@nestjs/common';
import { MessageServers } from './message-servers.js';
import { RefusedEventFilters } from './refused-event.filter.js';

/** What the messages of microservices need beside their transport. */
export const RPC_PROVIDERS: readonly Provider[] = [RefusedEventFilters, MessageServers];
