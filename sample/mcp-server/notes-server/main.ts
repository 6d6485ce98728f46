import { listen } from '../../support/process/listen.js';
import { startTelemetry } from '../../support/process/telemetry/start-telemetry.js';
import { loadSettings } from '../settings.js';
import { createNotesServer } from './notes.app.js';

const telemetry = await startTelemetry('notes-server');
const settings = loadSettings();
await listen(await createNotesServer(settings), settings.ports.notes, 'NOTES_PORT', telemetry);
