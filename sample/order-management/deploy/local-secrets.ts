import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureCertificatesOf } from '../../support/keys/sample-certificates.js';
import { CAS, type Certificates } from '../certificates.js';

/** Where the overlay for a cluster on one's own machine looks for them. */
const FOLDER = 'sample/order-management/deploy/overlays/local/.certificates';

/** Makes what the overlay `local` makes secrets of, where it is not there yet: certificates, and the secret by which the STS knows the gateway. */
export async function localSecrets(folder: string): Promise<Certificates> {
  const certificates = await ensureCertificatesOf(folder, CAS);
  await writeFile(join(folder, 'client-secret'), randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch(keepWhatIsThere);
  return certificates;
}

function keepWhatIsThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

if (process.argv[1] === import.meta.filename) {
  await localSecrets(FOLDER);
  console.log(`The secrets are in ${FOLDER}`);
}
