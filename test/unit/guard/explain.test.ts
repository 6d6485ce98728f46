import { explainStep } from '../../../lib/guard/explain.js';
import { StepFailure } from '../../../lib/guard/step-failure.js';
import { accepts, single } from './steps.js';

describe('an explanation', () => {
  it('shows the message of a cause on one line, with all that is in it', () => {
    const cause = new Error('down\n200 everything is fine\u001b[2K\u2028');
    const words = explainStep(new StepFailure(single(accepts()), 'unavailable', 'could_not_find_out', { cause }));
    expect(words).toBe(String.raw`it could not find out who calls: "down\n200 everything is fine\u001b[2K\u2028".`);
  });
});
