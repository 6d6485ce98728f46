import { listen } from '../../process/listen.js';
import { loadSettings } from '../settings.js';
import { createApiGateway } from './gateway.app.js';

const settings = await loadSettings();
await listen(await createApiGateway(settings), settings.gatewayPort, 'GATEWAY_PORT');
