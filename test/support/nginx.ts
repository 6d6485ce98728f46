import { join } from 'node:path';
import type { ProxyProgram } from './proxy-process.js';

/** nginx: it lets certificates through that it cannot verify, and says so. Below `/unverified` it says nothing. */
export const NGINX: ProxyProgram = {
  name: 'nginx',
  args: (directory) => ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')],
  files: ({ server, clientCa, upstream }, directory, port) => ({
    'server.pem': server.certPem,
    'server.key': server.keyPem,
    'clients.pem': clientCa,
    'nginx.conf': configOf(directory, port, upstream),
  }),
};

function configOf(directory: string, port: number, upstream: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${directory}/${name};`);
  return `
daemon off;
master_process off;
pid ${directory}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  ${temporary.join('\n  ')}
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${directory}/server.pem;
    ssl_certificate_key ${directory}/server.key;
    ssl_client_certificate ${directory}/clients.pem;
    ssl_verify_client optional_no_ca;
    location / {
      proxy_pass ${upstream};
      proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
      proxy_set_header X-SSL-Client-Verify $ssl_client_verify;
    }
    location /unverified {
      proxy_pass ${upstream};
      proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
      proxy_set_header X-SSL-Client-Cert "";
      proxy_set_header X-SSL-Client-Verify "";
    }
  }
}
`;
}
