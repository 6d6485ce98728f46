import { costsOfOptions } from '../support/options.js';

/** What the requirements of step-up cost on a remembered token: their time is checked with every request. @returns {Promise<import('../report/result.js').Row[]>} */
export function run({ quick }) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { acr: 'mfa', auth_time: now };
  const requiring = (/** @type {object} */ requirement) => ({ options: { defaultAuth: [{ scheme: 'sts', ...requirement }] }, claims });
  return costsOfOptions(
    'repeated token, step-up',
    {
      'no requirement': { options: {}, claims },
      acr: requiring({ acr: 'mfa' }),
      'acr and maxAuthAge': requiring({ acr: 'mfa', maxAuthAge: 36_000 }),
    },
    { quick },
  );
}
