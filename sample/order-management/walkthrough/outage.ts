import type { Incident, Step } from '../../../demo/demo.js';
import { good, step } from '../../../demo/step.js';
import type { Addresses } from './addresses.js';
import { loginStep } from './logins.js';

/** For how long callers come back after the outage, in seconds. */
const PATIENCE = 30;

/** The STS stops while orders come in: users whom the gateway knows go on working, one whom it does not is told to come back. */
export function outageSteps(addresses: Addresses): (Step | Incident)[] {
  const { gateway } = addresses;
  const json = { id: '200600', name: 'Ordered meanwhile', items: [{ category: 'books', code: '978-1484220498', qty: 1 }] };
  const create = { method: 'POST', bearer: '$NEWCOMER', json: { ...json, id: '200700' } };
  return [
    loginStep('Bob logs in elsewhere; the gateway has not seen this token yet', 'NEWCOMER', 'bob', addresses),
    { title: 'The STS is stopped', stop: 'sts' },
    step('Alice is known', gateway, { method: 'POST', bearer: '$ALICE', json }, good({ status: "Order '200600' created." }, 201)),
    step('So is Bob', `${gateway}/200600`, { method: 'DELETE', bearer: '$BOB' }, good({ status: "Order '200600' removed." })),
    step('Anybody may look, as before', `${gateway}/200600`, {}, { status: 404, body: { status: "Order '200600' cannot be found." } }),
    step('Of the other token nobody can say whose it is', gateway, create, { status: 503, headers: { 'Retry-After': /^\d+$/ }, body: '' }),
    { title: 'The STS is started again; nothing else is', start: 'sts' },
    loginStep('It kept its tokens in memory only, so Bob logs in again', 'NEWCOMER', 'bob', addresses),
    { ...step('The gateway asks again', gateway, create, good({ status: "Order '200700' created." }, 201)), patience: PATIENCE },
  ];
}
