import type { Step } from '../../demo/demo.js';
import { good, step, unauthorized } from '../../demo/step.js';
import type { Settings } from '../settings.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';
import { CHALLENGES } from './challenges.js';

/** Certificates of machines. */
export function certificateSteps({ sessions }: Addresses, { certificates }: Settings): Step[] {
  const { reporter } = certificates.keys;
  const refused = unauthorized(CHALLENGES.certificates);
  return [
    step('A password where the rule allows certificates only', sessions, { user: ACCOUNTS.admin }, refused),
    step('A certificate of a CA that nobody trusts', sessions, { certificate: certificates.strange.keys.gateway }, refused),
    step('A good one', sessions, { certificate: reporter }, good({ sessionsOf: 'reporter', askedWith: 'CN=reporter' })),
  ];
}
