import type { Demo } from '../../demo/demo.js';
import { serviceOf } from '../../demo/service-of.js';
import { loadSettings } from './settings.js';
import { walkthrough } from './walkthrough/walkthrough.js';

/** The MCP server: discovery, login and step-up of the official client against a real authorization server. */
export async function mcpServer(): Promise<Demo> {
  const settings = loadSettings();
  const { ports, issuer, resource } = settings;
  const service = (name: string, port: number, probe: string) => serviceOf('mcp-server', { name, port, probe });
  return {
    services: [
      service('authorization-server', ports.authorizationServer, `${issuer}/jwks`),
      service('notes-server', ports.notes, resource),
    ],
    chapters: [{ steps: walkthrough(settings) }],
    variables: {},
    suggestions: [
      'Add this server to a client of yours, and log in with any name and password:',
      resource,
      '',
      'Or ask it for a challenge:',
      `curl -i -X POST ${resource}`,
    ],
  };
}
