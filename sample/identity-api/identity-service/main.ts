import { listen } from '../../process/listen.js';
import { loadSettings } from '../settings.js';
import { createIdentityService } from './identity.app.js';

const settings = await loadSettings();
await listen(await createIdentityService(settings), settings.port, 'IDENTITY_PORT');
