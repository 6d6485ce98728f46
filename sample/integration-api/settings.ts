import { resolve } from 'node:path';
import { ensureCertificatesOf } from '../support/keys/sample-certificates.js';
import { portFrom } from '../support/process/port.js';
import { CAS, type Certificates } from './certificates.js';

/** The ports of the processes, the audiences of their tokens, and the certificates by which they trust each other. */
export interface Settings {
  readonly ports: { readonly identityProvider: number; readonly api: number; readonly internal: number; readonly partner: number };
  /** The identity provider's address, which is also the issuer of its tokens. */
  readonly issuer: string;
  /** The audiences of tokens. */
  readonly audiences: { readonly api: string; readonly admin: string; readonly payments: string };
  /** The file of the users. */
  readonly usersFile: string;
  readonly certificates: Certificates;
}

/**
 * Reads the settings from environment variables. Each has a default.
 *
 * @throws Error if a port is invalid.
 */
export async function loadSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  const ports = {
    identityProvider: portFrom(env, 'IDENTITY_PROVIDER_PORT', 9445),
    api: portFrom(env, 'API_PORT', 9090),
    internal: portFrom(env, 'INTERNAL_PORT', 9091),
    partner: portFrom(env, 'PARTNER_PORT', 9443),
  };
  return {
    ports,
    issuer: env.ISSUER ?? `https://localhost:${ports.identityProvider}`,
    // RFC 8707 calls them resources. A URL is the usual name of a resource; nothing is fetched from it.
    audiences: {
      api: 'https://integration.test/api',
      admin: 'https://integration.test/admin',
      payments: 'https://integration.test/payments',
    },
    usersFile: env.USERS_FILE ?? 'sample/integration-api/Config.toml',
    certificates: await ensureCertificatesOf(resolve(env.CERTIFICATES ?? 'sample/integration-api/.certificates'), CAS),
  };
}
