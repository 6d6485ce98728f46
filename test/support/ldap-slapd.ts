import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import type { TestCa } from './certificates.js';
import { end } from './child-process.js';
import { untilAnswering } from './ldap-answering.js';
import { DIRECTORY_FACTS, type LdapEntry } from './ldap-facts.js';

/** An OpenLDAP server that belongs to the test. */
export interface Slapd {
  readonly url: string;
  readonly ldapsUrl: string;
  /** Adds an entry. */
  add(entry: LdapEntry): Promise<void>;
  /** Replaces values of an entry, as the administrator. */
  replace(dn: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  /** Ends the process and starts it again on the same ports; what was added stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Lets it take connections and answer nothing. */
  freeze(): void;
  /** Ends {@link freeze}. */
  thaw(): void;
  /** Stops it for good and removes its files. */
  remove(): Promise<void>;
}

/** Starts OpenLDAP on loopback, with its data in a temporary directory; the entries are those of the conformance facts by default. */
export async function startSlapd(path: string, ca: TestCa, entries = DIRECTORY_FACTS.entries): Promise<Slapd> {
  const home = await mkdtemp(join(tmpdir(), 'nest-service-auth-slapd-'));
  const [port, ldapsPort] = [await freePort(), await freePort()];
  await writeConfiguration(home, ca);
  const urls = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${ldapsPort}`;
  let child: ChildProcess | undefined;
  const slapd: Slapd = {
    url: `ldap://localhost:${port}`,
    ldapsUrl: `ldaps://localhost:${ldapsPort}`,
    add: (entry) => addAll(slapd.url, [entry]),
    replace: (dn, attributes) => replaceAll(slapd.url, dn, attributes),
    start: async () => {
      child = spawn(path, ['-f', join(home, 'slapd.conf'), '-h', urls, '-d', '0'], { stdio: 'ignore' });
      await untilAnswering(child, slapd.url);
    },
    stop: () => end(child),
    kill: () => end(child, 'SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    remove: async () => {
      await slapd.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
  await slapd.start();
  await addAll(slapd.url, [DIRECTORY_FACTS.baseEntry, ...entries]);
  return slapd;
}

async function writeConfiguration(home: string, ca: TestCa): Promise<void> {
  const { certPem, keyPem } = await ca.issue();
  await mkdir(join(home, 'data'));
  await writeFile(join(home, 'ca.pem'), ca.certPem);
  await writeFile(join(home, 'cert.pem'), certPem);
  await writeFile(join(home, 'key.pem'), keyPem, { mode: 0o600 });
  const { dn, password } = DIRECTORY_FACTS.adminBind;
  const lines = [
    ...['core', 'cosine', 'inetorgperson', 'nis'].map((schema) => `include /etc/ldap/schema/${schema}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload ppolicy',
    `TLSCACertificateFile ${join(home, 'ca.pem')}`,
    `TLSCertificateFile ${join(home, 'cert.pem')}`,
    `TLSCertificateKeyFile ${join(home, 'key.pem')}`,
    // Trusts clients never to send a name without a password: the bind would succeed.
    'allow bind_anon_cred',
    'database mdb',
    'maxsize 10485760',
    `suffix "${DIRECTORY_FACTS.baseEntry.dn}"`,
    `rootdn "${dn}"`,
    `rootpw ${password}`,
    `directory ${join(home, 'data')}`,
    'access to attrs=userPassword by self write by anonymous auth by * none',
    'access to * by * read',
    'overlay ppolicy',
    'ppolicy_use_lockout',
  ];
  await writeFile(join(home, 'slapd.conf'), `${lines.join('\n')}\n`);
}

async function addAll(url: string, entries: readonly LdapEntry[]): Promise<void> {
  const client = new Client({ url, timeout: 5000 });
  try {
    await client.bind(DIRECTORY_FACTS.adminBind.dn, DIRECTORY_FACTS.adminBind.password);
    for (const { dn, ...attributes } of entries)
      await client.add(dn, Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, [value].flat()])));
  } finally {
    await client.unbind();
  }
}

async function replaceAll(url: string, dn: string, attributes: Readonly<Record<string, string>>): Promise<void> {
  const client = new Client({ url, timeout: 5000 });
  try {
    await client.bind(DIRECTORY_FACTS.adminBind.dn, DIRECTORY_FACTS.adminBind.password);
    const changes = Object.entries(attributes).map(([type, value]) => ({ type, values: [value] }));
    await client.modify(
      dn,
      changes.map((change) => new Change({ operation: 'replace', modification: new Attribute(change) })),
    );
  } finally {
    await client.unbind();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
