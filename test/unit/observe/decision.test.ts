import type { DenialEvent, StepReport } from 'nest-service-auth';
import { decisionOf } from '../../../lib/observe/decision.js';

const step = (scheme: string, outcome: StepReport['outcome'], reason = 'why'): StepReport => ({ scheme, outcome, reason });
const denial = (...steps: StepReport[]): DenialEvent => ({
  status: 401,
  code: 'ERR_AUTH_UNAUTHENTICATED',
  transport: 'http',
  route: 'X.y',
  steps,
});

it.each([
  ['forbidden', [step('a', 'rejected'), step('b', 'unavailable'), step('c', 'forbidden')], 'c'],
  ['unavailable', [step('a', 'rejected'), step('b', 'unavailable'), step('c', 'absent')], 'b'],
  ['rejected', [step('a', 'absent'), step('b', 'rejected'), step('c', 'rejected')], 'b'],
  ['absent', [step('a', 'absent'), step('b', 'absent')], 'a'],
] as const)('takes the first step that was %s for what decided, as the answer does', (outcome, steps, scheme) => {
  expect(decisionOf(denial(...steps))).toEqual({ scheme, outcome, reason: 'why' });
});

it('names what was refused before any step was asked', () => {
  expect(decisionOf({ status: 400, code: 'ERR_AUTH_AMBIGUOUS_PATH', transport: 'http', route: 'X.y', steps: [] })).toEqual({
    scheme: 'none',
    outcome: 'rejected',
    reason: 'ambiguous_path',
  });
});
