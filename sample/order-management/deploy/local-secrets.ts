import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureCertificatesOf } from '../../support/keys/sample-certificates.js';
import { CAS, type Certificates } from '../certificates.js';

/** Where the overlay `local` reads them. */
const FOLDER = 'sample/order-management/deploy/overlays/local/.certificates';

/** Makes the files of the overlay `local`, if they do not exist yet: the certificates, and the secret of the gateway at the STS. */
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
