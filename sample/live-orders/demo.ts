import { readFile } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import type { Demo } from '../../demo/demo.js';
import { nearby } from '../../demo/nearby.js';
import { readTls } from '../../demo/read-tls.js';
import { serviceOf } from '../../demo/service-of.js';
import { messagesOf } from './messages.js';
import { loadSettings } from './settings.js';
import { walkthrough } from './walkthrough/walkthrough.js';

/** The live orders: one application with HTTP, GraphQL, WebSocket, and NATS where it is installed, else TCP. */
export async function liveOrders(): Promise<Demo> {
  // The clients of messages log each connection that they close.
  Logger.overrideLogger(['warn', 'error']);
  const { port, certificates, ...settings } = await loadSettings();
  const { caFile, keys } = nearby(certificates);
  const url = `https://localhost:${port}`;
  const service = { url, ca: await readFile(caFile, 'utf8'), messages: messagesOf(settings) };
  return {
    services: [serviceOf('live-orders', { name: 'live-service', port, probe: url })],
    chapters: [{ steps: walkthrough(service) }],
    variables: {},
    tls: await readTls(caFile, keys['live-service']),
    caFile,
    suggestions: [
      `Open ${url} in a browser, accept the certificate of the demo, and log in as floor with floor-demo-password.`,
      'Order something from another window, as alice with alice-demo-password:',
      `TOKEN=$(curl -s --cacert ${caFile} -u alice:alice-demo-password -X POST ${url}/login | node -p 'JSON.parse(fs.readFileSync(0)).access_token')`,
      `curl -i --cacert ${caFile} ${url}/orders -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d '{"id":"2","items":[{"category":"books","code":"978-1617295959","qty":1}]}'`,
    ],
  };
}
