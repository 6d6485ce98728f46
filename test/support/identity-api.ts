import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import type { Incident } from '../../demo/demo.js';
import { HttpsClient } from '../../demo/https-client.js';
import { createIdentityService } from '../../sample/identity-api/identity-service/identity.app.js';
import { loadSettings, type Settings } from '../../sample/identity-api/settings.js';
import { freePorts } from './free-port.js';
import { RecordingLogger } from './recording-logger.js';

/** How long a line may take until it is in the log, in milliseconds. */
const LOG_TIMEOUT = 10_000;

/** The sample's service in this process, on a free port, with rules of its own to edit. */
export class IdentityApi {
  private constructor(
    readonly settings: Settings,
    readonly client: HttpsClient,
    readonly app: INestApplication,
    /** What the service has logged. */
    readonly logger: RecordingLogger,
    private readonly folder: string,
  ) {}

  /** Starts the service. */
  static async start(): Promise<IdentityApi> {
    const folder = await mkdtemp(join(tmpdir(), 'identity-api-'));
    const rulesFile = join(folder, 'deployment.toml');
    await copyFile('sample/identity-api/deployment.toml', rulesFile);
    const [port] = await freePorts(1);
    const settings = await loadSettings({ IDENTITY_PORT: String(port), RULES_FILE: rulesFile, CERTIFICATES: join(folder, 'certificates') });
    const logger = new RecordingLogger();
    // A failing boot rejects instead of ending the process.
    const app = await createIdentityService(settings, { logger, abortOnError: false });
    await app.listen(settings.port, '127.0.0.1');
    return new IdentityApi(settings, await clientOf(settings), app, logger, folder);
  }

  /** Makes an incident of the walkthrough happen. */
  async cause({ change, logged }: Incident): Promise<void> {
    await change?.();
    const deadline = Date.now() + LOG_TIMEOUT;
    while (logged !== undefined && !this.logger.lines.some((line) => line.includes(logged.text))) {
      if (Date.now() > deadline) throw new Error(`Nothing has logged '${logged.text}':\n${this.logger.lines.join('\n')}`);
      await sleep(50);
    }
  }

  /** Stops the service and removes its files. */
  async close(): Promise<void> {
    await this.client.close();
    await this.app.close();
    await rm(this.folder, { recursive: true });
  }
}

async function clientOf({ certificates: { caFile, keys } }: Settings): Promise<HttpsClient> {
  const [ca = '', cert = '', key = ''] = await Promise.all(
    [caFile, keys.reporter.certFile, keys.reporter.keyFile].map((file) => readFile(file, 'utf8')),
  );
  return new HttpsClient({ ca, cert, key });
}
