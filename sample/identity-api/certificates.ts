import type { CertificatesOf, SampleCas } from '../support/keys/sample-certificates.js';

/** Who issues the certificates of the sample, and to whom. */
export const CAS = {
  own: {
    name: 'Identity API Demo CA',
    issues: {
      'identity-service': ['serverAuth'],
      // It speaks for users whose requests it forwards.
      gateway: ['clientAuth'],
      // It acts under its own name.
      reporter: ['clientAuth'],
      // No mapping names it.
      visitor: ['clientAuth'],
    },
  },
  strange: { name: 'Somebody Else', issues: { gateway: ['clientAuth'] } },
} as const satisfies SampleCas<string, string>;

/** The certificates of the sample, as files. */
export type Certificates = CertificatesOf<typeof CAS>;

/** The issuer of the clients' certificates, as RFC 4514 writes it. */
export const ISSUER_NAME = `CN=${CAS.own.name}`;
