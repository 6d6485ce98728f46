import { join } from 'node:path';
import type { ProxyProgram } from './proxy-process.js';

/** HAProxy: it lets certificates through that it cannot verify, and says so. Below `/unverified` it forwards them as Azure App Service does. */
export const HAPROXY: ProxyProgram = {
  name: 'haproxy',
  args: (directory) => ['-db', '-f', join(directory, 'haproxy.cfg')],
  files: ({ server, clientCa, upstream }, directory, port) => ({
    'server.pem': server.certPem + server.keyPem,
    'clients.pem': clientCa,
    'haproxy.cfg': configOf(directory, port, new URL(upstream).host),
  }),
};

function configOf(directory: string, port: number, upstream: string): string {
  return `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
frontend api
  bind 127.0.0.1:${port} ssl crt ${directory}/server.pem ca-file ${directory}/clients.pem verify optional crt-ignore-err all ca-ignore-err all
  http-request set-header X-SSL-Client-Cert %[ssl_c_der,base64]
  http-request set-header X-SSL-Client-Verify %[ssl_c_verify]
  http-request set-header X-ARR-ClientCert %[ssl_c_der,base64]
  default_backend application
backend application
  server application ${upstream}
`;
}
