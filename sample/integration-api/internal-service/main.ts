import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createInternalService } from './internal.app.js';

const telemetry = await startTelemetry('internal-service');
const settings = await loadSettings();
await listen(await createInternalService(settings), settings.ports.internal, 'INTERNAL_PORT', telemetry);
