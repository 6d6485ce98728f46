import type { Demo } from '../demo/demo.js';
import { identityApi } from './identity-api/demo.js';
import { integrationApi } from './integration-api/demo.js';
import { liveOrders } from './live-orders/demo.js';
import { mcpServer } from './mcp-server/demo.js';
import { orderManagement } from './order-management/demo.js';

/** The demos by name, one line each. The first is the default. */
export const DEMOS: Readonly<Record<string, () => Promise<Demo>>> = {
  'order-management': orderManagement,
  'integration-api': integrationApi,
  'identity-api': identityApi,
  'mcp-server': mcpServer,
  'live-orders': liveOrders,
};
