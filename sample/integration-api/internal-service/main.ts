import { listen } from '../../process/listen.js';
import { loadSettings } from '../settings.js';
import { createInternalService } from './internal.app.js';

const settings = await loadSettings();
await listen(await createInternalService(settings), settings.ports.internal, 'INTERNAL_PORT');
