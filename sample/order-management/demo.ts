import type { Demo, DemoService } from '../../demo/demo.js';
import { nearby } from '../../demo/nearby.js';
import { readTls } from '../../demo/read-tls.js';
import { serviceOf } from '../../demo/service-of.js';
import { loadSettings, type Settings } from './settings.js';
import { USERS } from './sts/accounts.js';
import { SHOP } from './sts/clients.js';
import { DEMO_LOGIN } from './sts/grants/demo-login.js';
import { PASSWORD } from './sts/grants/password.js';
import { readTranscript } from './transcript.js';
import { addressesOf } from './walkthrough/addresses.js';
import { strangersToken } from './walkthrough/strangers.js';
import { traceChapter } from './walkthrough/trace.js';
import { walkthrough } from './walkthrough/walkthrough.js';

/** The order management guide: its session, request by request, with its own tokens, and all four parts of its diagram. */
export async function orderManagement(): Promise<Demo> {
  const given = await loadSettings();
  const settings = { ...given, certificates: nearby(given.certificates) };
  const { caFile, keys } = settings.certificates;
  const transcript = await readTranscript();
  const { counter, admin } = transcript.tokens;
  return {
    services: servicesOf(settings),
    chapters: walkthrough(transcript, settings),
    variables: { COUNTER: counter, ADMIN: admin, STRANGER: await strangersToken() },
    tls: await readTls(caFile, keys['order-service']),
    caFile,
    suggestions: suggest(settings),
    trace: (collector) => traceChapter(addressesOf(settings), collector),
  };
}

function servicesOf(settings: Settings): DemoService[] {
  const { jwks, inventory, orders, gateway } = addressesOf(settings);
  const service = (name: string, port: number, probe: string) =>
    serviceOf('order-management', { name, port, probe, env: { SHOW_CLAIMS: '1' } });
  return [
    service('sts', settings.stsPort, jwks),
    service('inventory-service', settings.inventoryPort, inventory),
    service('order-service', settings.orderPort, `${orders}/none`),
    service('api-gateway', settings.gatewayPort, `${gateway}/none`),
  ];
}

/** Commands to paste into a shell. The first ones obtain the tokens for the later ones. */
function suggest(settings: Settings): string[] {
  const { token, orders, gateway } = addressesOf(settings);
  const { caFile } = settings.certificates;
  const keep = (username: string, form: string) => {
    const request = `curl -s --cacert ${caFile} -u ${SHOP.id}:${SHOP.secret} ${form} -d username=${username} ${token}`;
    return `${username.toUpperCase()}=$(${request} | node -p 'JSON.parse(fs.readFileSync(0)).access_token')`;
  };
  const login = (username: string) => keep(username, `-d grant_type=${DEMO_LOGIN}`);
  const body = '{"id":"1","name":"Mine","items":[{"category":"books","code":"978-1484220498","qty":1}]}';
  const ask = (rest: string) => `curl -i --cacert ${caFile} ${rest}`;
  return [
    'Log in at the STS:',
    login('alice'),
    login('bob'),
    '',
    'Use the tokens at the gateway, here or in the commands above:',
    ask(`${gateway} -H "Authorization: Bearer $ALICE" -H "Content-Type: application/json" -d '${body}'`),
    ask(`${gateway}/1`),
    ask(`-X DELETE ${gateway}/1 -H "Authorization: Bearer $ALICE"`),
    ask(`-X DELETE ${gateway}/1 -H "Authorization: Bearer $BOB"`),
    '',
    'Those of the guide, for the order service itself:',
    ...USERS.flatMap(({ id, password }) => (password === undefined ? [] : [keep(id, `-d grant_type=${PASSWORD} -d password=${password}`)])),
    ask(`-X DELETE ${orders}/1 -H "Authorization: Bearer $ADMIN"`),
  ];
}
