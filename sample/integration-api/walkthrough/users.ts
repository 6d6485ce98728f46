import type { Step } from '../../../demo/demo.js';
import { forbidden, good, step, unauthorized } from '../../../demo/step.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';

const CHALLENGE = 'Basic realm="internal", charset="UTF-8"';

/** `/internal`: user names and passwords. */
export function internalSteps({ metrics, rotation }: Addresses): Step[] {
  const { monitor, operator } = ACCOUNTS;
  return [
    step('/internal: no password', metrics, {}, unauthorized(CHALLENGE)),
    step('/internal: a wrong password', metrics, { user: 'monitor:guessed' }, unauthorized(CHALLENGE)),
    step('/internal: an unknown user gets the same answer', metrics, { user: 'nobody:guessed' }, unauthorized(CHALLENGE)),
    step('/internal: the right password', metrics, { user: monitor }, good({ requests: 42 })),
    step('/internal: a user without the scope', rotation, { method: 'POST', user: monitor }, forbidden()),
    step(
      '/internal: a user with the scope',
      rotation,
      { method: 'POST', user: operator },
      good({ accepted: true, orderedBy: 'operator' }, 202),
    ),
  ];
}

/** `/reports`: a token or a password, tried in order. */
export function reportSteps({ reports }: Addresses): Step[] {
  const challenges = ['Bearer realm="integration"', 'Basic realm="integration", charset="UTF-8"'];
  return [
    step('/reports: neither a token nor a password', reports, {}, unauthorized(...challenges)),
    step('/reports: a token', reports, { bearer: '$READ' }, good({ report: 'all is well', for: 'office', knownBy: 'jwt' })),
    step('/reports: a password', reports, { user: ACCOUNTS.monitor }, good({ report: 'all is well', for: 'monitor', knownBy: 'basic' })),
    step('/reports: a wrong password', reports, { user: 'monitor:guessed' }, unauthorized(...challenges)),
  ];
}
