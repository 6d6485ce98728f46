import { join } from 'node:path';
import { ensureIssued, type IssuedCertificates, type KeyFiles, type LocalCa } from '../keys/local-ca.js';

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
  const { caFile, keys } = await ensureIssued(folder, CA);
  return {
    folder,
    caFile,
    sts: keys.sts,
    inventoryService: keys['inventory-service'],
    orderService: keys['order-service'],
    apiGateway: keys['api-gateway'],
    strange: await ensureIssued(join(folder, 'strange'), STRANGE_CA),
  };
}
