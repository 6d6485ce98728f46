import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Demo, DemoService, DemoTls } from '../demo/demo.js';
import type { Certificates } from './certificates.js';
import { loadSettings, type Settings } from './settings.js';
import { ACCOUNTS } from './walkthrough/accounts.js';
import { addressesOf } from './walkthrough/addresses.js';
import { walkthrough } from './walkthrough/walkthrough.js';

/** The integration API: one protection after the other, alone and together, against a real identity provider. */
export async function integrationApi(): Promise<Demo> {
  const given = await loadSettings();
  const settings = { ...given, certificates: nearby(given.certificates) };
  return {
    services: servicesOf(settings),
    chapters: [{ steps: walkthrough(settings) }],
    variables: {},
    tls: await tlsOf(settings.certificates),
    caFile: settings.certificates.caFile,
    suggestions: suggest(settings),
  };
}

function servicesOf({ ports, issuer }: Settings): DemoService[] {
  const service = (name: string, port: number, probe: string): DemoService => ({
    name,
    main: new URL(`./${name}/main.js`, import.meta.url),
    port,
    probe,
  });
  const at = (port: number) => `https://localhost:${port}/`;
  return [
    service('identity-provider', ports.identityProvider, `${issuer}/jwks`),
    service('api-service', ports.api, at(ports.api)),
    service('internal-service', ports.internal, at(ports.internal)),
    service('partner-service', ports.partner, at(ports.partner)),
  ];
}

/** The same certificates by shorter paths, as the command lines that are shown have them. */
function nearby(certificates: Certificates): Certificates {
  const shorten = (value: unknown): unknown => {
    if (typeof value === 'string') return relative(process.cwd(), value);
    return Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, shorten(inner)]));
  };
  return shorten(certificates) as Certificates;
}

async function tlsOf({ caFile, keys }: Certificates): Promise<DemoTls> {
  return {
    ca: await readFile(caFile, 'utf8'),
    cert: await readFile(keys.acme.certFile, 'utf8'),
    key: await readFile(keys.acme.keyFile, 'utf8'),
  };
}

/** Commands that work when they are pasted: the first ones get the tokens that the later ones, and those of the walkthrough, use. */
function suggest({ audiences, certificates, ...settings }: Settings): string[] {
  const { token, customers, admin, reports, metrics, stock, payments } = addressesOf({ audiences, certificates, ...settings });
  const { caFile, keys } = certificates;
  const acme = `--cert ${keys.acme.certFile} --key ${keys.acme.keyFile}`;
  const keep = (variable: string, user: string, audience: string, scope: string, more = '') => {
    const form = `-d grant_type=client_credentials -d resource=${audience} -d 'scope=${scope}'`;
    return `${variable}=$(curl -s --cacert ${caFile}${more} -u ${user} ${form} ${token} | node -p 'JSON.parse(fs.readFileSync(0)).access_token')`;
  };
  const ask = (rest: string) => `curl -i --cacert ${caFile} ${rest}`;
  return [
    'Get fresh tokens from the identity provider:',
    keep('WRITE', ACCOUNTS.office, audiences.api, 'read write'),
    keep('ADMIN', ACCOUNTS.office, audiences.admin, 'admin'),
    keep('PAY', ACCOUNTS.acme, audiences.payments, 'pay', ` ${acme}`),
    '',
    'Use them, here or in the commands above:',
    ask(`${customers} -H "Authorization: Bearer $WRITE"`),
    ask(`${admin} -H "Authorization: Bearer $ADMIN"`),
    ask(`${reports} -u ${ACCOUNTS.monitor}`),
    ask(`${metrics} -u ${ACCOUNTS.monitor}`),
    ask(`${acme} ${stock}`),
    ask(`${acme} ${payments} -H "Authorization: Bearer $PAY" -H "Content-Type: application/json" -d '{"amount":12}'`),
  ];
}
