import type { Provider } from '@nestjs/common';
import { ConnectionLifetimes } from './connection-lifetimes.js';
import { FirstMessages } from './first-messages.js';
import { GatewayConnections } from './gateway-connections.js';
import { Gateways } from './gateways.js';
import { Handshakes } from './handshakes.js';

/** What admits the clients of gateways. */
export const WEB_SOCKET_PROVIDERS: readonly Provider[] = [Gateways, Handshakes, ConnectionLifetimes, FirstMessages, GatewayConnections];
