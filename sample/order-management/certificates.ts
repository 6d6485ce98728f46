import type { CertificatesOf, SampleCas } from '../support/keys/sample-certificates.js';

/** Who issues the certificates of the sample, and to whom. */
export const CAS = {
  own: {
    name: 'Order Management Demo CA',
    issues: {
      sts: ['serverAuth'],
      'inventory-service': ['serverAuth'],
      // The only client: the inventory trusts the CA, and still admits only the order service.
      'order-service': ['serverAuth', 'clientAuth'],
      'api-gateway': ['serverAuth'],
    },
  },
  strange: { name: 'Somebody Else', issues: { 'order-service': ['clientAuth'] } },
} as const satisfies SampleCas<string, string>;

/** The certificates of the sample, as files. */
export type Certificates = CertificatesOf<typeof CAS>;
