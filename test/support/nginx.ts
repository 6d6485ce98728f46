import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedCertificate } from './certificates.js';
import { freePorts } from './free-port.js';

/** An nginx that ends TLS in front of an application, and forwards the client's certificate. */
export interface RunningNginx {
  readonly url: string;
  stop(): Promise<void>;
}

interface NginxOptions {
  /** The nginx program. */
  readonly command: string;
  /** The application behind it. */
  readonly upstream: string;
  readonly server: IssuedCertificate;
  /** The CA of the clients. */
  readonly clientCa: string;
}

/** Starts nginx in a directory of its own, in one process. */
export async function startNginx({ command, upstream, server, clientCa }: NginxOptions): Promise<RunningNginx> {
  const directory = mkdtempSync(join(tmpdir(), 'nginx-'));
  const [port = 0] = await freePorts(1);
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
  write('server.pem', server.certPem);
  write('server.key', server.keyPem);
  write('clients.pem', clientCa);
  write('nginx.conf', configOf(directory, port, upstream));
  const child = spawn(command, ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')], {
    stdio: 'pipe',
  });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(directory, { recursive: true });
  };
  try {
    await untilListening(port, () => child.exitCode === null);
  } catch (error) {
    await stop();
    throw new Error(`nginx did not start: ${output}`, { cause: error });
  }
  return { url: `https://localhost:${port}`, stop };
}

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
    # Lets certificates through that it cannot verify, and says so: the application must look.
    ssl_verify_client optional_no_ca;
    location / {
      proxy_pass ${upstream};
      proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
      proxy_set_header X-SSL-Client-Verify $ssl_client_verify;
    }
  }
}
`;
}

async function untilListening(port: number, isAlive: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (isAlive() && Date.now() < deadline) {
    const listening = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (listening) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nobody listens');
}
