import { join } from 'node:path';
import { ensureIssued, type IssuedCertificates, issuedIn, type KeyFiles, type LocalCa } from '../keys/local-ca.js';

/** The certificates of the sample, as files. */
export interface Certificates {
  /** The folder that holds them. */
  readonly folder: string;
  /** The certificate of the CA that issued the others. */
  readonly caFile: string;
  readonly sts: KeyFiles;
  readonly inventoryService: KeyFiles;
  readonly orderService: KeyFiles;
  readonly apiGateway: KeyFiles;
  /** Certificates of a CA that nobody trusts: the demo shows that they open nothing. */
  readonly strange: IssuedCertificates<'order-service'>;
}

const CA = {
  name: 'Order Management Demo CA',
  issues: {
    sts: ['serverAuth'],
    'inventory-service': ['serverAuth'],
    // The only one that may act as a client: the inventory trusts the CA, and still lets nobody in but the order service.
    'order-service': ['serverAuth', 'clientAuth'],
    'api-gateway': ['serverAuth'],
  },
} as const satisfies LocalCa<string>;

/** Issues a certificate with a name that counts elsewhere. */
const STRANGE_CA = { name: 'Somebody Else', issues: { 'order-service': ['clientAuth'] } } as const satisfies LocalCa<string>;

/**
 * Gives the sample's certificates; makes a CA and lets it issue them where there are none yet, or where they are about to end.
 * Several processes may call it at the same time.
 */
export async function ensureCertificates(folder: string): Promise<Certificates> {
  await ensureIssued(folder, CA);
  await ensureIssued(strangeIn(folder), STRANGE_CA);
  return certificatesIn(folder);
}

/** Says where the certificates are that somebody else issues. Each service has its own there, and those that it trusts. */
export function certificatesIn(folder: string): Certificates {
  const { caFile, keys } = issuedIn(folder, CA);
  return {
    folder,
    caFile,
    sts: keys.sts,
    inventoryService: keys['inventory-service'],
    orderService: keys['order-service'],
    apiGateway: keys['api-gateway'],
    strange: issuedIn(strangeIn(folder), STRANGE_CA),
  };
}

function strangeIn(folder: string): string {
  return join(folder, 'strange');
}
