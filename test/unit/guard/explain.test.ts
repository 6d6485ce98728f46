import { explainStep } from '../../../lib/guard/explain.js';
import { StepFailure } from '../../../lib/guard/step-failure.js';
import { accepts, single } from './steps.js';

describe('an explanation', () => {
  it('shows the message of a cause on one line, with all that is in it', () => {
    const cause = new Error('down\n200 everything is fine\u001b[2K\u2028');
    const words = explainStep(new StepFailure(single(accepts()), 'unavailable', 'could_not_find_out', { cause }));
    expect(words).toBe(String.raw`the caller could not be determined: "down\n200 everything is fine\u001b[2K\u2028".`);
  });

  it.each([
    ['rejected', 'ambiguous_credentials', /^the request has different tokens .* \(ambiguous_credentials\)\.$/],
    [
      'forbidden',
      'cross_site_request',
      /^the credentials are of a kind that browsers send by themselves, .* publicUrl and allowedOrigins \(cross_site_request\)\.$/,
    ],
  ] as const)('says why credentials that are %s for %s do not count', (outcome, reason, words) => {
    expect(explainStep(new StepFailure(single(accepts()), outcome, reason))).toMatch(words);
  });
});
