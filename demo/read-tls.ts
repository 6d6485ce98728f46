import { readFile } from 'node:fs/promises';
import type { ClientCertificate, DemoTls } from './demo.js';

/** Reads what the demo's own connections need: the CA to trust, and the client certificate for the probes. */
export async function readTls(caFile: string, { certFile, keyFile }: ClientCertificate): Promise<DemoTls> {
  const [ca, cert, key] = await Promise.all([readFile(caFile, 'utf8'), readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { ca, cert, key };
}
