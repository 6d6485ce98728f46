import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Demo, DemoService, DemoTls, Step } from '../demo/demo.js';
import type { Certificates } from './certificates.js';
import { loadSettings, type Settings } from './settings.js';
import { DEMO_CLIENT, DEMO_USERS } from './sts/demo-accounts.js';
import { readTranscript, type Transcript } from './transcript.js';

/** The order management guide: its session, request by request, with its own tokens. */
export async function orderManagement(): Promise<Demo> {
  const settings = await loadSettings();
  const transcript = await readTranscript();
  const { counter, admin } = transcript.tokens;
  const caFile = relative(process.cwd(), settings.certificates.caFile);
  return {
    services: servicesOf(settings),
    steps: stepsOf(transcript, settings),
    variables: { COUNTER: counter, ADMIN: admin },
    tls: await tlsOf(settings.certificates),
    caFile,
    suggestions: suggest(settings, caFile),
  };
}

function servicesOf({ stsPort, inventoryPort, orderPort }: Settings): DemoService[] {
  const service = (name: string, port: number, path: string): DemoService => ({
    name,
    main: new URL(`./${name}/main.js`, import.meta.url),
    port,
    probe: `https://localhost:${port}${path}`,
  });
  return [
    service('sts', stsPort, '/oauth2/jwks'),
    service('inventory-service', inventoryPort, '/inventory'),
    service('order-service', orderPort, '/order/none'),
  ];
}

function stepsOf({ steps }: Transcript, { orderPort }: Settings): Step[] {
  return steps.map(({ as, ...step }) => ({
    ...step,
    url: step.url.replace(':9090/', `:${orderPort}/`),
    headers: {
      ...(as !== undefined && { Authorization: `Bearer $${as.toUpperCase()}` }),
      ...(step.json !== undefined && { 'Content-Type': 'application/json' }),
    },
  }));
}

async function tlsOf({ caFile, orderService }: Certificates): Promise<DemoTls> {
  return {
    ca: await readFile(caFile, 'utf8'),
    cert: await readFile(orderService.certFile, 'utf8'),
    key: await readFile(orderService.keyFile, 'utf8'),
  };
}

/** Commands that work when they are pasted: the first ones get the tokens that the later ones, and those of the session, use. */
function suggest({ stsPort, orderPort }: Settings, caFile: string): string[] {
  const order = `https://localhost:${orderPort}/order`;
  const tokens = DEMO_USERS.map(({ name, secret }) => {
    const form = `-d grant_type=password -d username=${name} -d password=${secret}`;
    const request = `curl -s --cacert ${caFile} -u ${DEMO_CLIENT.name}:${DEMO_CLIENT.secret} ${form} https://localhost:${stsPort}/oauth2/token`;
    return `${name.toUpperCase()}=$(${request} | node -p 'JSON.parse(fs.readFileSync(0)).access_token')`;
  });
  const body = '{"id":"1","name":"Mine","items":[{"category":"books","code":"978-1484220498","qty":1}]}';
  return [
    'Get fresh tokens from the STS:',
    ...tokens,
    '',
    'Use them, here or in the commands above:',
    `curl -i --cacert ${caFile} ${order} -H "Authorization: Bearer $COUNTER" -H "Content-Type: application/json" -d '${body}'`,
    `curl -i --cacert ${caFile} ${order}/1`,
    `curl -i --cacert ${caFile} -X DELETE ${order}/1 -H "Authorization: Bearer $COUNTER"`,
    `curl -i --cacert ${caFile} -X DELETE ${order}/1 -H "Authorization: Bearer $ADMIN"`,
  ];
}
