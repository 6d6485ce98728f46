import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createIdentityProvider } from './identity-provider.app.js';

const telemetry = await startTelemetry('identity-provider');
const settings = await loadSettings();
await listen(await createIdentityProvider(settings), settings.ports.identityProvider, 'IDENTITY_PROVIDER_PORT', telemetry);
