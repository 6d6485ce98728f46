import { join } from 'node:path';
import { ensureIssued, type IssuedCertificates, type LocalCa } from '../keys/local-ca.js';

const CA = {
  name: 'Identity API Demo CA',
  issues: {
    'identity-service': ['serverAuth'],
    // It speaks for users who have come through it.
    gateway: ['clientAuth'],
    // It works in its own name.
    reporter: ['clientAuth'],
    // Nobody has heard of it.
    visitor: ['clientAuth'],
  },
} as const satisfies LocalCa<string>;

/** Issues a certificate with a name that counts elsewhere, and is trusted by nobody. */
const STRANGE_CA = { name: 'Somebody Else', issues: { gateway: ['clientAuth'] } } as const satisfies LocalCa<string>;

/** The certificates of the sample, as files. */
export interface Certificates extends IssuedCertificates<keyof typeof CA.issues> {
  /** Those of a CA that nobody trusts. */
  readonly strange: IssuedCertificates<keyof typeof STRANGE_CA.issues>;
}

/** The issuer of the clients' certificates, as RFC 4514 writes it. */
export const ISSUER_NAME = `CN=${CA.name}`;

/** Gives the sample's certificates, which are made where there are none yet. */
export async function ensureCertificates(folder: string): Promise<Certificates> {
  const own = await ensureIssued(folder, CA);
  return { ...own, strange: await ensureIssued(join(folder, 'strange'), STRANGE_CA) };
}
