import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuedCertificate } from './certificates.js';
import { untilListening } from './child-process.js';
import { freePorts } from './free-port.js';

/** A proxy that terminates TLS in front of an application, and forwards the client's certificate. */
export interface RunningProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** What every proxy needs. */
export interface ProxyOptions {
  /** The program. */
  readonly command: string;
  /** The application behind it. */
  readonly upstream: string;
  readonly server: IssuedCertificate;
  /** The CA of the clients. */
  readonly clientCa: string;
}

/** How a program is started in a directory of its own, and what its files hold. */
export interface ProxyProgram {
  readonly name: string;
  args(directory: string): readonly string[];
  files(options: ProxyOptions, directory: string, port: number): Readonly<Record<string, string>>;
}

/** Starts a proxy on loopback, in one process. */
export async function startProxy(program: ProxyProgram, options: ProxyOptions): Promise<RunningProxy> {
  const directory = mkdtempSync(join(tmpdir(), `${program.name}-`));
  const [port = 0] = await freePorts(1);
  for (const [name, content] of Object.entries(program.files(options, directory, port))) writeFileSync(join(directory, name), content);
  const child = spawn(options.command, program.args(directory), { stdio: ['ignore', 'ignore', 'pipe'] });
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
    await untilListening(child, port);
  } catch (error) {
    await stop();
    throw new Error(`${program.name} did not start: ${output}`, { cause: error });
  }
  return { url: `https://localhost:${port}`, stop };
}
