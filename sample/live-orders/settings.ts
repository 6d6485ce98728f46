import { resolve } from 'node:path';
import { ensureIssued, type IssuedCertificates, type LocalCa } from '../support/keys/local-ca.js';
import { portFrom } from '../support/process/port.js';
import { findNatsServer } from './nats-server.js';

/** The ports of the service, and the files that it reads. */
export interface Settings {
  readonly port: number;
  /** The port of NATS. Without NATS the service listens there for messages over TCP. */
  readonly messagesPort: number;
  /** The program that is started as the NATS server. Undefined if it is not installed: messages then go over TCP. */
  readonly natsServer: string | undefined;
  readonly usersFile: string;
  /** A key set of an identity provider. Undefined for the tokens that the service issues itself. */
  readonly keysUrl: string | undefined;
  readonly certificates: IssuedCertificates<'live-service'>;
}

const CA: LocalCa<'live-service'> = { name: 'Live Orders Demo CA', issues: { 'live-service': ['serverAuth'] } };

/**
 * Reads the settings from environment variables. Each has a default.
 *
 * @throws Error if a port is invalid.
 */
export async function loadSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  return {
    port: portFrom(env, 'LIVE_PORT', 9446),
    messagesPort: portFrom(env, 'MESSAGES_PORT', 9447),
    natsServer: env.MESSAGES === 'tcp' ? undefined : findNatsServer(env),
    usersFile: env.USERS_FILE ?? 'sample/live-orders/Config.toml',
    keysUrl: env.KEYS_URL,
    certificates: await ensureIssued(resolve(env.CERTIFICATES ?? 'sample/live-orders/.certificates'), CA),
  };
}
