import { join } from 'node:path';
import { ensureIssued, type IssuedCertificates, type LocalCa } from '../keys/local-ca.js';

const CA = {
  name: 'Integration API Demo CA',
  issues: {
    'identity-provider': ['serverAuth'],
    'api-service': ['serverAuth'],
    'internal-service': ['serverAuth'],
    'partner-service': ['serverAuth'],
    // The callers of the partner service: one that it does business with, and one that it does not know.
    acme: ['clientAuth'],
    visitor: ['clientAuth'],
  },
} as const satisfies LocalCa<string>;

/** Issues a certificate with a name that counts elsewhere, and is trusted by nobody. */
const STRANGE_CA = { name: 'Somebody Else', issues: { acme: ['clientAuth'] } } as const satisfies LocalCa<string>;

/** The certificates of the sample, as files. */
export interface Certificates extends IssuedCertificates<keyof typeof CA.issues> {
  /** Those of a CA that nobody trusts. */
  readonly strange: IssuedCertificates<keyof typeof STRANGE_CA.issues>;
}

/** Gives the sample's certificates, which are made where there are none yet. */
export async function ensureCertificates(folder: string): Promise<Certificates> {
  const own = await ensureIssued(folder, CA);
  return { ...own, strange: await ensureIssued(join(folder, 'strange'), STRANGE_CA) };
}
