import type { Incident, Step } from '../../../demo/demo.js';
import { good, step } from '../../../demo/step.js';
import type { Addresses } from './addresses.js';
import { loginStep } from './logins.js';

/** How long requests are repeated after the outage, in seconds. */
const PATIENCE = 30;

/** The STS stops. Users whose tokens the gateway remembers can work on. A user with another token gets a 503. */
export function outageSteps(addresses: Addresses): (Step | Incident)[] {
  const { gateway } = addresses;
  const json = { id: '200600', name: 'Ordered meanwhile', items: [{ category: 'books', code: '978-1484220498', qty: 1 }] };
  const create = { method: 'POST', bearer: '$NEWCOMER', json: { ...json, id: '200700' } };
  return [
    loginStep('Bob logs in elsewhere; the gateway has not seen this token yet', 'NEWCOMER', 'bob', addresses),
    { title: 'The STS is stopped', stop: 'sts' },
    step(
      'The gateway remembers the token of Alice',
      gateway,
      { method: 'POST', bearer: '$ALICE', json },
      good({ status: "Order '200600' created." }, 201),
    ),
    step('… and the token of Bob', `${gateway}/200600`, { method: 'DELETE', bearer: '$BOB' }, good({ status: "Order '200600' removed." })),
    step(
      'Everybody may read an order, as before',
      `${gateway}/200600`,
      {},
      { status: 404, body: { status: "Order '200600' cannot be found." } },
    ),
    step('Another token cannot be checked', gateway, create, { status: 503, headers: { 'Retry-After': /^\d+$/ }, body: '' }),
    { title: 'The STS is started again, and no other process', start: 'sts' },
    loginStep('It kept its tokens in memory only, so Bob logs in again', 'NEWCOMER', 'bob', addresses),
    { ...step('The gateway checks the token now', gateway, create, good({ status: "Order '200700' created." }, 201)), patience: PATIENCE },
  ];
}
