import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { IssuedCertificate, TestCa } from './certificates.js';
import { end, hasEnded } from './child-process.js';
import { freePorts } from './free-port.js';
import { GlewlwydApi } from './glewlwyd-api.js';
import { ALGORITHMS, type Algorithm, certificateClient, clientOf, createKeys, PLUGIN, pluginOf, SHOP } from './glewlwyd-objects.js';
import { findOnPath } from './on-path.js';
import type { ProvingClient } from './proofs.js';

/** An authorization server in C, as Debian packages it, that belongs to the test. */
export interface Glewlwyd {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly introspectionUrl: string;
  /** Issues a token by client credentials, signed with the algorithm; bound to the certificate of a client or to a key (DPoP). */
  issue(algorithm: Algorithm, binding?: { readonly certificate?: IssuedCertificate; readonly dpop?: ProvingClient }): Promise<string>;
  revoke(token: string): Promise<void>;
  /** Makes new keys, with new key ids. */
  rotate(): Promise<void>;
  /** Changes how many seconds new tokens live. */
  setLifetime(seconds: number): Promise<void>;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  /** Stops it for good and removes its files. */
  remove(): Promise<void>;
}

const SQL = '/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz';

/** `describe` where the server and the program for its database are installed; elsewhere the tests are skipped, and the name says why. */
export function describeIfGlewlwyd(name: string, tests: (path: string) => void): void {
  const missing = ['glewlwyd', 'sqlite3'].find((program) => findOnPath(program) === undefined);
  const path = findOnPath('glewlwyd') ?? '';
  if (missing === undefined) describe(name, () => tests(path));
  else describe.skip(`${name} (skipped: ${missing} is not on the PATH)`, () => tests(path));
}

/** Starts the server on loopback over TLS, with a client for each algorithm, of which the client's id is the name. */
export async function startGlewlwyd(path: string, ca: TestCa): Promise<Glewlwyd> {
  const home = await mkdtemp(join(tmpdir(), 'nest-service-auth-glewlwyd-'));
  const [port = 0] = await freePorts(1);
  const origin = `https://localhost:${port}`;
  await configure(home, port, ca);
  let child: ChildProcess | undefined;
  const api = new GlewlwydApi(`${origin}/api`, ca.certPem);
  let [lifetime, keys] = [3600, createKeys()];
  const plugin = () => pluginOf(`${origin}/api/${PLUGIN}`, lifetime, keys);
  const update = async () => {
    await api.send('PUT', `/mod/plugin/${PLUGIN}`, plugin());
    await api.send('PUT', `/mod/plugin/${PLUGIN}/reset`);
    await Promise.all(ALGORITHMS.map((algorithm) => api.send('PUT', `/client/${algorithm}?source=database`, clientOf(algorithm, keys))));
  };
  const start = async () => {
    child = spawn(path, [`--config-file=${join(home, 'glewlwyd.conf')}`], { stdio: 'ignore' });
    await answering(api, child);
  };
  const stop = () => end(child, 'SIGKILL');
  const server: Glewlwyd = {
    issuer: `${origin}/api/${PLUGIN}`,
    jwksUrl: `${origin}/api/${PLUGIN}/jwks`,
    introspectionUrl: `${origin}/api/${PLUGIN}/introspect`,
    issue: (algorithm, binding = {}) => issue(api, algorithm, binding),
    revoke: async (token) => void (await api.form(`/${PLUGIN}/revoke`, { token, token_type_hint: 'access_token' }, basicOf('RS256'))),
    rotate: async () => {
      keys = createKeys();
      await update();
    },
    setLifetime: async (seconds) => {
      lifetime = seconds;
      await update();
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    start,
    stop,
    remove: async () => {
      await stop();
      await rm(home, { recursive: true, force: true });
    },
  };
  try {
    await start();
    await api.send('POST', '/scope/', { name: 'orders', display_name: 'Orders', password_required: false });
    await api.send('POST', '/mod/plugin/', plugin());
    for (const algorithm of ALGORITHMS) await api.send('POST', '/client/?source=database', clientOf(algorithm, keys));
    await api.send('POST', '/client/?source=database', certificateClient());
  } catch (error) {
    await server.remove();
    throw error;
  }
  return server;
}

async function configure(home: string, port: number, ca: TestCa): Promise<void> {
  const { certPem, keyPem } = await ca.issue({ keyType: 'rsa' });
  const write = async (name: string, text: string) => {
    await writeFile(join(home, name), text, { mode: 0o600 });
    return JSON.stringify(join(home, name));
  };
  const modules = ['user', 'client', 'plugin'].map((kind) => `${kind}_module_path="/usr/lib/glewlwyd/${kind}"`);
  const lines = [
    `port=${port}`,
    'bind_address="127.0.0.1"',
    `external_url="https://localhost:${port}"`,
    'login_url="login.html"',
    'api_prefix="api"',
    'log_mode="file"',
    'log_level="ERROR"',
    `log_file=${JSON.stringify(join(home, 'log'))}`,
    'session_expiration=3600',
    'session_key="SESSION"',
    'admin_scope="g_admin"',
    'profile_scope="g_profile"',
    ...modules,
    'user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"',
    'use_secure_connection=true',
    `secure_connection_key_file=${await write('key.pem', keyPem)}`,
    `secure_connection_pem_file=${await write('cert.pem', certPem)}`,
    `secure_connection_ca_file=${await write('ca.pem', ca.certPem)}`,
    'hash_algorithm="SHA512"',
    `database = { type = "sqlite3"; path = ${JSON.stringify(join(home, 'glewlwyd.db'))}; };`,
  ];
  await write('glewlwyd.conf', `${lines.join('\n')}\n`);
  const format = ['sign_kid', 'tls_client_auth_san_dns'].map(
    (name) => `'$."data-format".${name}', json('{"multiple":false,"read":true,"write":true}')`,
  );
  const extend = `update g_client_module_instance set gcmi_parameters = json_set(gcmi_parameters, ${format.join(', ')});`;
  execFileSync('sqlite3', [join(home, 'glewlwyd.db')], { input: `${gunzipSync(readFileSync(SQL))}\n${extend}\n` });
}

async function issue(
  api: GlewlwydApi,
  algorithm: Algorithm,
  { certificate, dpop }: Parameters<Glewlwyd['issue']>[1] = {},
): Promise<string> {
  const grant = { grant_type: 'client_credentials', scope: 'orders' };
  const path = `/${PLUGIN}/token`;
  const proof: Record<string, string> = dpop ? { DPoP: dpop.proof({ htm: 'POST', htu: `${api.base}${path}` }) } : {};
  const answer =
    certificate === undefined
      ? await api.form(path, grant, { ...basicOf(algorithm), ...proof })
      : await api.form(path, { ...grant, client_id: 'bound' }, {}, certificate);
  return (JSON.parse(answer) as { access_token: string }).access_token;
}

function basicOf(clientId: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${clientId}:${SHOP.clientSecret}`).toString('base64')}` };
}

async function answering(api: GlewlwydApi, child: ChildProcess): Promise<void> {
  let failure: unknown;
  for (let attempt = 0; attempt < 200; attempt++) {
    if (hasEnded(child)) throw new Error(`glewlwyd ended with code ${child.exitCode}.`);
    try {
      await api.login();
      return;
    } catch (error) {
      failure = error;
      await sleep(100);
    }
  }
  throw new Error('glewlwyd does not answer.', { cause: failure });
}
