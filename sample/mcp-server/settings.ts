import { portFrom } from '../support/process/port.js';

/** The addresses of the two processes. They use plain HTTP, which is permitted on this machine only. */
export interface Settings {
  readonly ports: { readonly authorizationServer: number; readonly notes: number };
  /** The address of the authorization server, which is the issuer of its tokens. */
  readonly issuer: string;
  /** The URL of the MCP server: what a user enters in a client, and the audience of its tokens. */
  readonly resource: string;
}

/**
 * Reads the settings from environment variables. Each has a default.
 *
 * @throws Error if a port is invalid.
 */
export function loadSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const ports = {
    authorizationServer: portFrom(env, 'AUTHORIZATION_SERVER_PORT', 9461),
    notes: portFrom(env, 'NOTES_PORT', 9460),
  };
  return {
    ports,
    issuer: env.ISSUER ?? `http://localhost:${ports.authorizationServer}`,
    resource: env.RESOURCE ?? `http://localhost:${ports.notes}/mcp`,
  };
}
