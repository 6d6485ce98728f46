import type { INestApplication } from '@nestjs/common';
import { createAuthorizationServer } from '../../sample/mcp-server/authorization-server/authorization-server.app.js';
import { createNotesServer } from '../../sample/mcp-server/notes-server/notes.app.js';
import { loadSettings, type Settings } from '../../sample/mcp-server/settings.js';
import { freePorts } from './free-port.js';
import { RecordingLogger } from './recording-logger.js';

/** The MCP server of the sample and its authorization server in this process, on free ports. */
export class McpSample {
  private constructor(
    readonly settings: Settings,
    /** What the MCP server has logged. */
    readonly logger: RecordingLogger,
    private readonly apps: readonly INestApplication[],
  ) {}

  /** Starts both. */
  static async start(): Promise<McpSample> {
    const [notes, authorizationServer] = await freePorts(2);
    const settings = loadSettings({ NOTES_PORT: String(notes), AUTHORIZATION_SERVER_PORT: String(authorizationServer) });
    const logger = new RecordingLogger();
    const provider = await createAuthorizationServer(settings, { logger: false, abortOnError: false });
    await provider.listen(settings.ports.authorizationServer, '127.0.0.1');
    const app = await createNotesServer(settings, { logger, abortOnError: false });
    await app.listen(settings.ports.notes, '127.0.0.1');
    return new McpSample(settings, logger, [app, provider]);
  }

  /** Stops both. */
  async close(): Promise<void> {
    for (const app of this.apps) await app.close();
  }
}
