import type { Step } from '../../../demo/demo.js';
import { forbidden, good, step, unauthorized } from '../../../demo/step.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';

const CHALLENGE = 'Bearer realm="integration"';

/** `/admin`: tokens that are checked at the identity provider, so that a revoked token is refused at once. */
export function adminSteps({ admin, revocation }: Addresses): Step[] {
  return [
    step('/admin: no token', admin, {}, unauthorized(CHALLENGE)),
    step('/admin: an unknown token', admin, { bearer: 'hello' }, unauthorized(`${CHALLENGE}, error="invalid_token"`)),
    step(
      '/admin: a token without the scope',
      admin,
      { bearer: '$AUDIT' },
      forbidden(`${CHALLENGE}, error="insufficient_scope", scope="admin"`),
    ),
    step('/admin: a valid token', admin, { bearer: '$ADMIN' }, good({ status: 'running', askedBy: 'office' })),
    {
      title: 'The identity provider revokes the token',
      method: 'POST',
      url: revocation,
      headers: {},
      user: ACCOUNTS.office,
      form: { token: '$ADMIN' },
      expect: good(''),
    },
    step('/admin: the same token', admin, { bearer: '$ADMIN' }, unauthorized(`${CHALLENGE}, error="invalid_token"`)),
  ];
}
