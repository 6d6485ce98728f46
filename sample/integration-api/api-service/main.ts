import { listen } from '../../process/listen.js';
import { loadSettings } from '../settings.js';
import { createApiService } from './api.app.js';

const settings = await loadSettings();
await listen(await createApiService(settings), settings.ports.api, 'API_PORT');
