import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createAuthorizationServer } from './authorization-server.app.js';

const telemetry = await startTelemetry('authorization-server');
const settings = loadSettings();
await listen(await createAuthorizationServer(settings), settings.ports.authorizationServer, 'AUTHORIZATION_SERVER_PORT', telemetry);
