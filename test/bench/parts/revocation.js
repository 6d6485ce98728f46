import { AuthService } from '../../../dist/index.js';
import { costsOfOptions } from '../support/options.js';

const options = { revocation: { onUnavailable: 'refuse' } };

/** What it costs to look whether a token was revoked. @returns {Promise<import('../report/result.js').Row[]>} */
export function run({ quick }) {
  const listOf = (/** @type {number} */ count) => ({ options, prepare: (/** @type {any} */ app) => revoke(app, count) });
  return costsOfOptions(
    'repeated token, revocation',
    {
      'no revocation': { options: {} },
      'nothing is revoked': { options },
      '1,000 tokens are revoked': listOf(1000),
      '100,000 tokens are revoked': listOf(quick ? 10_000 : 100_000),
    },
    { quick },
  );
}

async function revoke(app, count) {
  const auth = app.get(AuthService);
  for (let index = 0; index < count; index++) await auth.revoke({ jti: `revoked-${index}` });
}
