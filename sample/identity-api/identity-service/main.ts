import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createIdentityService } from './identity.app.js';

const telemetry = await startTelemetry('identity-service');
const settings = await loadSettings();
await listen(await createIdentityService(settings), settings.port, 'IDENTITY_PORT', telemetry);
