import { resolve } from 'node:path';
import { ensureCertificatesOf } from '../support/keys/sample-certificates.js';
import { portFrom } from '../support/process/port.js';
import { CAS, type Certificates } from './certificates.js';

/** The port of the service, and the files that define who may do what. */
export interface Settings {
  readonly port: number;
  /** The service's address, which is also the issuer of its tokens. */
  readonly issuer: string;
  /** The file of the users. */
  readonly usersFile: string;
  /** The file of the access rules. */
  readonly rulesFile: string;
  readonly certificates: Certificates;
}

/**
 * Reads the settings from environment variables. Each has a default.
 *
 * @throws Error if a port is invalid.
 */
export async function loadSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  const port = portFrom(env, 'IDENTITY_PORT', 9444);
  return {
    port,
    issuer: env.ISSUER ?? `https://localhost:${port}`,
    usersFile: env.USERS_FILE ?? 'sample/identity-api/Config.toml',
    rulesFile: env.RULES_FILE ?? 'sample/identity-api/deployment.toml',
    certificates: await ensureCertificatesOf(resolve(env.CERTIFICATES ?? 'sample/identity-api/.certificates'), CAS),
  };
}
