import { identityApi } from '../sample/identity-api/demo.js';
import { integrationApi } from '../sample/integration-api/demo.js';
import { liveOrders } from '../sample/live-orders/demo.js';
import { mcpServer } from '../sample/mcp-server/demo.js';
import { orderManagement } from '../sample/order-management/demo.js';
import type { Demo } from './demo.js';

/** The demos by name, one line each. The first is the default. */
export const DEMOS: Readonly<Record<string, () => Promise<Demo>>> = {
  'order-management': orderManagement,
  'integration-api': integrationApi,
  'identity-api': identityApi,
  'mcp-server': mcpServer,
  'live-orders': liveOrders,
};
