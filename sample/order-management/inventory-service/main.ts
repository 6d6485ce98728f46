import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createInventoryService } from './inventory.app.js';

const telemetry = await startTelemetry('inventory-service');
const settings = await loadSettings();
await listen(await createInventoryService(settings), settings.inventoryPort, 'INVENTORY_PORT', telemetry);
