import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createApiGateway } from './gateway.app.js';

const telemetry = await startTelemetry('api-gateway');
const settings = await loadSettings();
await listen(await createApiGateway(settings), settings.gatewayPort, 'GATEWAY_PORT', telemetry);
