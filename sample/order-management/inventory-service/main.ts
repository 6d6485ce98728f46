import { listen } from '../../process/listen.js';
import { loadSettings } from '../settings.js';
import { createInventoryService } from './inventory.app.js';

const settings = await loadSettings();
await listen(await createInventoryService(settings), settings.inventoryPort, 'INVENTORY_PORT');
