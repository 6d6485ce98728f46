import type { Step } from '../../../demo/demo.js';
import { forbidden, good, step, unauthorized } from '../../../demo/step.js';
import type { Addresses } from './addresses.js';

const CHALLENGE = 'Bearer realm="integration"';

/** `/api`: signed tokens, with an audience and scopes. */
export function apiSteps({ customers }: Addresses): Step[] {
  const json = { name: 'Barbara' };
  return [
    step('/api: no token', customers, {}, unauthorized(CHALLENGE)),
    step('/api: a text that is not a token', customers, { bearer: 'hello' }, unauthorized(`${CHALLENGE}, error="invalid_token"`)),
    step('/api: a token for another audience', customers, { bearer: '$PAY' }, unauthorized(`${CHALLENGE}, error="invalid_token"`)),
    step('/api: a token that may read', customers, { bearer: '$READ' }, good(['Ada', 'Grace'])),
    step(
      '/api: the same token, to write',
      customers,
      { method: 'POST', bearer: '$READ', json },
      forbidden(`${CHALLENGE}, error="insufficient_scope", scope="write"`),
    ),
    step(
      '/api: a token that may write',
      customers,
      { method: 'POST', bearer: '$WRITE', json },
      good({ added: 'Barbara', by: 'office' }, 201),
    ),
  ];
}
