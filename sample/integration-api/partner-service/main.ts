import { listen } from '../../process/listen.js';
import { loadSettings } from '../settings.js';
import { createPartnerService } from './partner.app.js';

const settings = await loadSettings();
await listen(await createPartnerService(settings), settings.ports.partner, 'PARTNER_PORT');
