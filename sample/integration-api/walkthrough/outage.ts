import type { Incident, Step } from '../../../demo/demo.js';
import { good, step, UNAVAILABLE } from '../../../demo/step.js';
import type { Settings } from '../settings.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';
import { goodPaymentStep } from './partner.js';
import { adminTokenStep } from './tokens.js';

/** How long requests are repeated after an outage, in seconds. */
const PATIENCE = 30;

/**
 * The identity provider stops, and starts again. A service that has its keys keeps working for an hour. A service that starts without the keys, and one
 * that introspects every token, answer 503 until it is back.
 */
export function outageSteps(addresses: Addresses, settings: Settings): (Step | Incident)[] {
  const { customers, admin, metrics, payments } = addresses;
  const { acme } = settings.certificates.keys;
  const payment = goodPaymentStep('/payments: the keys cannot be fetched', payments, { certificate: acme });
  return [
    adminTokenStep('A token for /admin that is good', addresses, settings),
    { title: 'The identity provider is stopped', stop: 'identity-provider' },
    step('/admin: the token cannot be checked, which is a 503 and not a 401', admin, { bearer: '$ADMIN' }, UNAVAILABLE),
    step('/api: the keys were fetched before', customers, { bearer: '$READ' }, good(['Ada', 'Grace', 'Barbara'])),
    step('/internal: needs no identity provider', metrics, { user: ACCOUNTS.monitor }, good({ requests: 42 })),
    { title: 'The partner service is restarted, and has no keys now', stop: 'partner-service', start: 'partner-service' },
    { ...payment, expect: UNAVAILABLE },
    { title: 'The identity provider is started again, and no other process', start: 'identity-provider' },
    adminTokenStep('It kept its tokens in memory only, so a new one for /admin', addresses, settings),
    {
      ...step('/admin: answers again', admin, { bearer: '$ADMIN' }, good({ status: 'running', askedBy: 'office' })),
      patience: PATIENCE,
    },
    { ...payment, title: '/payments: answers again', patience: PATIENCE },
  ];
}
