import type { CertificatesOf, SampleCas } from '../support/keys/sample-certificates.js';

/** Who issues the certificates of the sample, and to whom. */
export const CAS = {
  own: {
    name: 'Integration API Demo CA',
    issues: {
      'identity-provider': ['serverAuth'],
      'api-service': ['serverAuth'],
      'internal-service': ['serverAuth'],
      'partner-service': ['serverAuth'],
      // The callers of the partner service: one that it knows, and one that it does not know.
      acme: ['clientAuth'],
      visitor: ['clientAuth'],
    },
  },
  strange: { name: 'Somebody Else', issues: { acme: ['clientAuth'] } },
} as const satisfies SampleCas<string, string>;

/** The certificates of the sample, as files. */
export type Certificates = CertificatesOf<typeof CAS>;
