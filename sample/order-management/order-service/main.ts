import { listen } from '../../process/listen.js';
import { loadSettings } from '../settings.js';
import { createOrderService } from './order.app.js';

const settings = await loadSettings();
await listen(await createOrderService(settings), settings.orderPort, 'ORDER_PORT');
