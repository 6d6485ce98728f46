import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createPartnerService } from './partner.app.js';

const telemetry = await startTelemetry('partner-service');
const settings = await loadSettings();
await listen(await createPartnerService(settings), settings.ports.partner, 'PARTNER_PORT', telemetry);
