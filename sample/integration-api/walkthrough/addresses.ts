import type { Settings } from '../settings.js';

/** The URLs that the walkthrough calls. */
export interface Addresses {
  readonly token: string;
  readonly revocation: string;
  readonly customers: string;
  readonly admin: string;
  readonly reports: string;
  readonly metrics: string;
  readonly rotation: string;
  readonly stock: string;
  readonly payments: string;
}

/** The addresses of the services. */
export function addressesOf({ ports, issuer }: Settings): Addresses {
  const at = (port: number, path: string) => `https://localhost:${port}/${path}`;
  return {
    token: `${issuer}/token`,
    revocation: `${issuer}/token/revocation`,
    customers: at(ports.api, 'api/customers'),
    admin: at(ports.api, 'admin/status'),
    reports: at(ports.api, 'reports/today'),
    metrics: at(ports.internal, 'internal/metrics'),
    rotation: at(ports.internal, 'internal/rotate-logs'),
    stock: at(ports.partner, 'partner/stock'),
    payments: at(ports.partner, 'payments'),
  };
}
