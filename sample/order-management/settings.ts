import { join, resolve } from 'node:path';
import { certificatesOfIn, ensureCertificatesOf } from '../support/keys/sample-certificates.js';
import { portFrom } from '../support/process/port.js';
import { secretFrom } from '../support/process/secret.js';
import { CAS, type Certificates } from './certificates.js';

/** The ports of the four services, the URLs at which they call each other, and the certificates by which they trust each other. */
export interface Settings {
  readonly stsPort: number;
  readonly inventoryPort: number;
  readonly orderPort: number;
  readonly gatewayPort: number;
  readonly stsUrl: string;
  readonly inventoryUrl: string;
  readonly orderUrl: string;
  /** The URL of the order service with which its `Location` headers begin. */
  readonly publicOrderUrl: string;
  /** The file with the keys of the STS. */
  readonly stsKeysFile: string;
  /** How long the STS signs with one key, in seconds. A signed token is valid for an hour at most. */
  readonly stsKeyLifetime: number;
  /** The secret with which the gateway authenticates at the STS. */
  readonly gatewaySecret: string;
  /** Whether each service logs the claims of its callers. */
  readonly showClaims: boolean;
  readonly certificates: Certificates;
}

const DAY = 86_400;

/**
 * Reads the settings from environment variables. Each has a default.
 *
 * @throws Error if a port or a time is invalid, or the file of a secret cannot be read.
 */
export async function loadSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  const stsPort = portFrom(env, 'STS_PORT', 9445);
  const inventoryPort = portFrom(env, 'INVENTORY_PORT', 9091);
  const orderPort = portFrom(env, 'ORDER_PORT', 9090);
  const folder = resolve(env.CERTIFICATES ?? 'sample/order-management/.certificates');
  const certificates = env.ISSUE_CERTIFICATES === 'no' ? certificatesOfIn(folder, CAS) : await ensureCertificatesOf(folder, CAS);
  return {
    stsPort,
    inventoryPort,
    orderPort,
    gatewayPort: portFrom(env, 'GATEWAY_PORT', 9443),
    stsUrl: env.STS_URL ?? `https://localhost:${stsPort}`,
    inventoryUrl: env.INVENTORY_URL ?? `https://localhost:${inventoryPort}`,
    orderUrl: env.ORDER_URL ?? `https://localhost:${orderPort}`,
    // The order service of the guide answers with http, and its session is replayed exactly.
    publicOrderUrl: env.PUBLIC_ORDER_URL ?? 'http://localhost:9090',
    stsKeysFile: env.STS_KEYS_FILE ?? join(certificates.folder, 'sts-keys.json'),
    stsKeyLifetime: lifetimeFrom(env.STS_KEY_LIFETIME),
    // FOR DEMONSTRATION ONLY: the default is public.
    gatewaySecret: secretFrom(env, 'GATEWAY_SECRET', 'api-gateway-demo-secret'),
    showClaims: env.SHOW_CLAIMS === '1',
    certificates,
  };
}

/** A key must be published for as long as the tokens that it signed are valid. */
function lifetimeFrom(text: string | undefined): number {
  const seconds = Number(text ?? DAY);
  if (!(seconds >= 3600)) throw new Error(`STS_KEY_LIFETIME must be a number of seconds, 3600 at least, not '${text}'.`);
  return seconds;
}
