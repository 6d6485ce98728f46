import type { Demo, DemoService } from '../../demo/demo.js';
import { nearby } from '../../demo/nearby.js';
import { readTls } from '../../demo/read-tls.js';
import { serviceOf } from '../../demo/service-of.js';
import { loadSettings, type Settings } from './settings.js';
import { ACCOUNTS } from './walkthrough/accounts.js';
import { addressesOf } from './walkthrough/addresses.js';
import { walkthrough } from './walkthrough/walkthrough.js';

/** The integration API: each kind of protection, alone and combined, with a real identity provider. */
export async function integrationApi(): Promise<Demo> {
  const given = await loadSettings();
  const settings = { ...given, certificates: nearby(given.certificates) };
  const { caFile, keys } = settings.certificates;
  return {
    services: servicesOf(settings),
    chapters: [{ steps: walkthrough(settings) }],
    variables: {},
    tls: await readTls(caFile, keys.acme),
    caFile,
    suggestions: suggest(settings),
  };
}

function servicesOf({ ports, issuer }: Settings): DemoService[] {
  const service = (name: string, port: number, probe: string) => serviceOf('integration-api', { name, port, probe });
  const at = (port: number) => `https://localhost:${port}/`;
  return [
    service('identity-provider', ports.identityProvider, `${issuer}/jwks`),
    service('api-service', ports.api, at(ports.api)),
    service('internal-service', ports.internal, at(ports.internal)),
    service('partner-service', ports.partner, at(ports.partner)),
  ];
}

/** Commands to paste into a shell. The first ones obtain the tokens for the later ones, and for those of the walkthrough. */
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
