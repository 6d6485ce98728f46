import { listen } from '../../process/listen.js';
import { loadSettings } from '../settings.js';
import { createSts } from './sts.app.js';

const settings = await loadSettings();
await listen(await createSts(settings), settings.stsPort, 'STS_PORT');
