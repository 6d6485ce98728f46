import { resolve } from 'node:path';
import { portFrom } from '../process/port.js';
import { type Certificates, ensureCertificates } from './certificates.js';

/** Where the three services listen, how they find each other, and the certificates that they trust each other by. */
export interface Settings {
  readonly stsPort: number;
  readonly inventoryPort: number;
  readonly orderPort: number;
  readonly stsUrl: string;
  readonly inventoryUrl: string;
  /** The address of the order service that its `Location` headers begin with. */
  readonly publicOrderUrl: string;
  readonly certificates: Certificates;
}

/**
 * Reads the settings from environment variables, every one of which has a default.
 *
 * @throws Error if a port is not one.
 */
export async function loadSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  const stsPort = portFrom(env, 'STS_PORT', 9445);
  const inventoryPort = portFrom(env, 'INVENTORY_PORT', 9091);
  const orderPort = portFrom(env, 'ORDER_PORT', 9090);
  return {
    stsPort,
    inventoryPort,
    orderPort,
    stsUrl: env.STS_URL ?? `https://localhost:${stsPort}`,
    inventoryUrl: env.INVENTORY_URL ?? `https://localhost:${inventoryPort}`,
    // The guide's order service says http here, and its session is replayed to the letter.
    publicOrderUrl: env.PUBLIC_ORDER_URL ?? 'http://localhost:9090',
    certificates: await ensureCertificates(resolve(env.CERTIFICATES ?? 'sample/order-management/.certificates')),
  };
}
