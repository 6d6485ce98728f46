import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { startNatsServer } from '../nats-server.js';
import { loadSettings } from '../settings.js';
import { createLiveOrders } from './live.app.js';

const telemetry = await startTelemetry('live-service');
const settings = await loadSettings();
if (settings.natsServer !== undefined) await startNatsServer(settings.natsServer, settings.messagesPort);
const app = await createLiveOrders(settings);
await app.startAllMicroservices();
await listen(app, settings.port, 'LIVE_PORT', telemetry);
