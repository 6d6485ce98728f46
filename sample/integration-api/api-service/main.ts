import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createApiService } from './api.app.js';

const telemetry = await startTelemetry('api-service');
const settings = await loadSettings();
await listen(await createApiService(settings), settings.ports.api, 'API_PORT', telemetry);
