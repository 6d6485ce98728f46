import type { Incident, Step } from '../../../demo/demo.js';
import { good, step, UNAVAILABLE } from '../../../demo/step.js';
import type { Settings } from '../settings.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';
import { goodPaymentStep } from './partner.js';
import { adminTokenStep } from './tokens.js';

/** For how long callers come back after an outage, in seconds. */
const PATIENCE = 30;

/**
 * The identity provider stops, and comes back. A service that has its keys goes on for an hour; one that starts without them, and one that
 * asks about every token, answer 503 until it is back.
 */
export function outageSteps(addresses: Addresses, settings: Settings): (Step | Incident)[] {
  const { customers, admin, metrics, payments } = addresses;
  const { acme } = settings.certificates.keys;
  const payment = goodPaymentStep('/payments: nobody there to fetch the keys from', payments, { certificate: acme });
  return [
    adminTokenStep('A token for /admin that is good', addresses, settings),
    { title: 'The identity provider is stopped', stop: 'identity-provider' },
    step('/admin: nobody there to ask, and that is not the fault of the token', admin, { bearer: '$ADMIN' }, UNAVAILABLE),
    step('/api: the keys are at hand', customers, { bearer: '$READ' }, good(['Ada', 'Grace', 'Barbara'])),
    step('/internal: needs no identity provider', metrics, { user: ACCOUNTS.monitor }, good({ requests: 42 })),
    { title: 'The partner service is restarted meanwhile, and has no keys now', stop: 'partner-service', start: 'partner-service' },
    { ...payment, expect: UNAVAILABLE },
    { title: 'The identity provider is started again; nothing else is', start: 'identity-provider' },
    adminTokenStep('It kept its tokens in memory only, so a new one for /admin', addresses, settings),
    {
      ...step('/admin: answers again', admin, { bearer: '$ADMIN' }, good({ status: 'running', askedBy: 'office' })),
      patience: PATIENCE,
    },
    { ...payment, title: '/payments: answers again', patience: PATIENCE },
  ];
}
