import type { Settings } from '../settings.js';

/** The URLs that the walkthrough calls. */
export interface Addresses {
  readonly token: string;
  readonly introspection: string;
  readonly jwks: string;
  /** The orders, at the order service itself. */
  readonly orders: string;
  /** The orders, at the gateway. */
  readonly gateway: string;
  readonly inventory: string;
}

/** The addresses of the services. */
export function addressesOf({ stsPort, orderPort, gatewayPort, inventoryPort }: Settings): Addresses {
  const at = (port: number, path: string) => `https://localhost:${port}/${path}`;
  return {
    token: at(stsPort, 'oauth2/token'),
    introspection: at(stsPort, 'oauth2/introspect'),
    jwks: at(stsPort, 'oauth2/jwks'),
    orders: at(orderPort, 'order'),
    gateway: at(gatewayPort, 'order'),
    inventory: at(inventoryPort, 'inventory/decrease'),
  };
}
