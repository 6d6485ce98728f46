import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createOrderService } from './order.app.js';

const telemetry = await startTelemetry('order-service');
const settings = await loadSettings();
await listen(await createOrderService(settings), settings.orderPort, 'ORDER_PORT', telemetry);
