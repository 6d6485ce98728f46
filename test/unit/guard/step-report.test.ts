import { StepFailure } from '../../../lib/guard/step-failure.js';
import { reportSteps } from '../../../lib/guard/step-report.js';
import type { Rejected } from '../../../lib/strategies/strategy.js';
import { accepts, single, somebody } from './steps.js';

const step = single(accepts());
const rejectedWith = (words: object) =>
  new StepFailure(step, 'rejected', 'odd', undefined, { outcome: 'rejected', reason: 'odd', ...words } as Rejected);

describe('what an event says of a step', () => {
  it.each<[string, StepFailure, object]>([
    ['nothing more than there is', rejectedWith({}), { outcome: 'rejected', reason: 'odd' }],
    ['what was expected', rejectedWith({ detail: () => 'a of b' }), { outcome: 'rejected', reason: 'odd', detail: 'a of b' }],
    ['no explanation', rejectedWith({ explanation: () => 'long' }), { outcome: 'rejected', reason: 'odd' }],
    ['no detail that is none', rejectedWith({ detail: 'text' }), { outcome: 'rejected', reason: 'odd' }],
    [
      'no detail that cannot be read',
      rejectedWith({
        detail: () => {
          throw new Error('broken');
        },
      }),
      { outcome: 'rejected', reason: 'odd' },
    ],
    [
      'who may not do it',
      new StepFailure(step, 'forbidden', 'odd', { principal: somebody() }),
      { outcome: 'forbidden', reason: 'odd', username: 'somebody' },
    ],
    [
      'what was wrong',
      new StepFailure(step, 'unavailable', 'odd', { cause: 'down' }),
      { outcome: 'unavailable', reason: 'odd', cause: 'down' },
    ],
  ])('is %s', (_, failure, expected) => {
    expect(reportSteps([failure], {}, false)).toStrictEqual([{ scheme: 'probe', ...expected }]);
  });

  it('has an explanation where one is wanted', () => {
    const [report] = reportSteps([rejectedWith({ explanation: () => 'long' })], {}, true);
    expect(report?.explanation).toBe('the credentials are refused (odd): long.');
  });

  it('is followed by why a caller with credentials is not anonymous, where the plan admits anonymous ones', () => {
    const anonymous = { scheme: 'anonymous', outcome: 'rejected', reason: 'has_credentials' };
    expect(reportSteps([rejectedWith({})], { admitsAnonymous: true }, false)).toEqual([
      { scheme: 'probe', outcome: 'rejected', reason: 'odd' },
      anonymous,
    ]);
  });
});
