import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Attribute, Change, Client } from 'ldapts';
import type { TestCa } from './certificates.js';
import { end } from './child-process.js';
import { untilAnswering } from './ldap-answering.js';
import { findOnPath } from './on-path.js';

/** A domain controller of Samba, with its LDAP service only, that belongs to the test. */
export interface SambaDomain {
  readonly url: string;
  readonly ldapsUrl: string;
  /** `DC=corp,DC=example` */
  readonly base: string;
  /** Adds an entry; a `password` becomes that of the account. */
  add(dn: string, attributes: Readonly<Record<string, string | readonly string[]>>, password?: string): Promise<void>;
  /** Replaces values of an entry. */
  replace(dn: string, attributes: Readonly<Record<string, string | Buffer>>): Promise<void>;
  /** Stops it for good and removes its files. */
  remove(): Promise<void>;
}

const BASE = 'DC=corp,DC=example';
const ADMIN_DN = `CN=Administrator,CN=Users,${BASE}`;
const PASSWORD = 'Of-the-tests-1';
const PROGRAMS = ['samba', 'samba-tool'];

/** `describe` where a domain controller can be provisioned and started; elsewhere the tests are skipped, and the name says why. */
export function describeIfSamba(name: string, tests: () => void): void {
  const missing = PROGRAMS.find((program) => findOnPath(program) === undefined);
  if (missing !== undefined) describe.skip(`${name} (skipped: ${missing} is not on the PATH)`, tests);
  else if (process.getuid?.() !== 0) describe.skip(`${name} (skipped: Samba needs root for its ports)`, tests);
  else describe(name, tests);
}

/**
 * Provisions a domain `CORP` (`corp.example`) in a temporary directory and starts it. Its ports are those of LDAP and cannot be chosen: it has
 * an address of loopback of its own.
 */
export async function startSamba(ca: TestCa): Promise<SambaDomain> {
  const home = await mkdtemp(join(tmpdir(), 'nest-service-auth-samba-'));
  const address = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(2, 255)}`;
  const url = `ldap://${address}`;
  const ldapsUrl = `ldaps://${address}`;
  let child: ChildProcess | undefined;
  const remove = async () => {
    await end(child);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await provision(home);
    await configure(home, address, ca);
    // It ends by itself when its standard input does: with this process at the latest.
    child = spawn('samba', ['--interactive', '--no-process-group', '--model=single', `--configfile=${join(home, 'etc/smb.conf')}`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await untilAnswering(child, url, [ADMIN_DN, PASSWORD]);
  } catch (error) {
    await remove();
    throw error;
  }
  const asAdmin = <T>(work: (client: Client) => Promise<T>) => bound(ldapsUrl, ca, work);
  return {
    url,
    ldapsUrl,
    base: BASE,
    add: (dn, attributes, password) =>
      asAdmin((client) => client.add(dn, [...attributesOf(attributes), ...(password === undefined ? [] : [passwordAttribute(password)])])),
    replace: (dn, attributes) => asAdmin((client) => client.modify(dn, attributesOf(attributes).map(replacement))),
    remove,
  };
}

async function provision(home: string): Promise<void> {
  const options = ['--realm=CORP.EXAMPLE', '--domain=CORP', '--server-role=dc', '--dns-backend=NONE', '--host-name=dc1'];
  const here = ['--host-ip=127.0.0.1', '--option=interfaces=lo', '--option=bind interfaces only=yes', `--targetdir=${home}`];
  await promisify(execFile)('samba-tool', ['domain', 'provision', ...options, ...here, `--adminpass=${PASSWORD}`]);
}

async function configure(home: string, address: string, ca: TestCa): Promise<void> {
  const { certPem, keyPem } = await ca.issue({ sans: [`IP:${address}`] });
  const tls = join(home, 'tls');
  await mkdir(tls);
  await writeFile(join(tls, 'ca.pem'), ca.certPem);
  await writeFile(join(tls, 'cert.pem'), certPem);
  await writeFile(join(tls, 'key.pem'), keyPem, { mode: 0o600 });
  const file = join(home, 'etc/smb.conf');
  const kept = /^\s*(?:netbios name|realm|workgroup|server role|\w+ dir|(?:cache|lock|state) directory) =/;
  const written = (await readFile(file, 'utf8')).split('\n').filter((line) => kept.test(line));
  const lines = [
    '[global]',
    ...written,
    'server services = ldap',
    `interfaces = ${address}/8`,
    'bind interfaces only = yes',
    'disable netbios = yes',
    `pid directory = ${home}`,
    `ncalrpc dir = ${join(home, 'ncalrpc')}`,
    `log file = ${join(home, 'log')}`,
    `tls cafile = ${join(tls, 'ca.pem')}`,
    `tls certfile = ${join(tls, 'cert.pem')}`,
    `tls keyfile = ${join(tls, 'key.pem')}`,
    // Simple binds without TLS, as the tests of both need them.
    'ldap server require strong auth = no',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
}

async function bound<T>(url: string, ca: TestCa, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ url, timeout: 10_000, tlsOptions: { ca: ca.certPem } });
  try {
    await client.bind(ADMIN_DN, PASSWORD);
    return await work(client);
  } finally {
    await client.unbind();
  }
}

function attributesOf(attributes: Readonly<Record<string, string | Buffer | readonly string[]>>): Attribute[] {
  return Object.entries(attributes).map(([type, value]) => new Attribute({ type, values: [value].flat() as string[] | Buffer[] }));
}

function replacement(modification: Attribute): Change {
  return new Change({ operation: 'replace', modification });
}

/** @see MS-ADTS §3.1.1.3.1.5.1: in quotes, as UTF-16 */
function passwordAttribute(password: string): Attribute {
  return new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${password}"`, 'utf16le')] });
}
