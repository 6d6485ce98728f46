import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createSts } from './sts.app.js';

const telemetry = await startTelemetry('sts');
const settings = await loadSettings();
await listen(await createSts(settings), settings.stsPort, 'STS_PORT', telemetry);
