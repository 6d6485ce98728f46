import { type Incident, isStep } from '../../demo/demo.js';
import { replay } from '../../demo/replay.js';
import { ACCOUNTS, API_KEY } from '../../sample/identity-api/walkthrough/accounts.js';
import { walkthrough } from '../../sample/identity-api/walkthrough/walkthrough.js';
import { IdentityApi } from '../support/identity-api.js';
import { ReplayRecorder } from '../support/replay-recorder.js';

let sample: IdentityApi;
let report: ReplayRecorder;
let asked: number;
beforeAll(async () => {
  sample = await IdentityApi.start();
  report = new ReplayRecorder();
  const cause = (incident: Incident) => sample.cause(incident);
  const steps = walkthrough(sample.settings);
  const interrupted = new AbortController().signal;
  ({ asked } = await replay({ steps, variables: {} }, { client: sample.client, interrupted, cause, report }));
}, 60_000);
afterAll(() => sample.close());

it('answers every request of the walkthrough as it says, also after its rules have changed', () => {
  expect(report.wrong).toEqual({});
  expect(asked).toBe(walkthrough(sample.settings).filter(isStep).length);
});

it('has logged every kind of refusal, and no credential', () => {
  const log = sample.logger.lines.join('\n');
  const reasons = ['bad_credentials', 'insufficient_permission', 'insufficient_scope', 'refused_by_authorizer', 'unknown_key'];
  expect(reasons.filter((reason) => !log.includes(reason))).toEqual([]);
  const secrets = [
    ...Object.values(ACCOUNTS),
    ...Object.values(ACCOUNTS).map((account) => account.split(':')[1]),
    API_KEY,
    'eyJ',
    'Basic ',
  ];
  expect(secrets.filter((secret) => log.includes(secret as string))).toEqual([]);
});
