import type { Settings } from '../settings.js';

/** The URLs that the walkthrough calls. */
export interface Addresses {
  readonly health: string;
  readonly token: string;
  readonly users: string;
  readonly applications: string;
  readonly configs: string;
  readonly sessions: string;
  readonly threads: string;
}

/** The addresses of the service. */
export function addressesOf({ port }: Pick<Settings, 'port'>): Addresses {
  const at = (path: string) => `https://localhost:${port}/${path}`;
  return {
    health: at('health'),
    token: at('oauth2/token'),
    users: at('api/identity/users'),
    applications: at('api/server/applications'),
    configs: at('api/server/configs'),
    sessions: at('api/server/sessions'),
    threads: at('api/server/threads'),
  };
}
