import { jest } from '@jest/globals';
import { type Incident, isStep } from '../../demo/demo.js';
import { replay } from '../../demo/replay.js';
import { walkthrough } from '../../sample/integration-api/walkthrough/walkthrough.js';
import { IntegrationApi } from '../support/integration-api.js';
import { ReplayRecorder } from '../support/replay-recorder.js';

let sample: IntegrationApi;
beforeAll(async () => {
  // The identity provider writes notices about what suits a sample and nothing else.
  for (const method of ['info', 'warn'] as const) jest.spyOn(console, method).mockImplementation(() => undefined);
  sample = await IntegrationApi.start();
});
afterAll(async () => {
  await sample.close();
  jest.restoreAllMocks();
});

it('answers every request of the walkthrough as it says, also while its identity provider is down, and after', async () => {
  const steps = walkthrough(sample.settings);
  const report = new ReplayRecorder();
  const interrupted = new AbortController().signal;
  const parts = { client: sample.client, interrupted, cause: (incident: Incident) => sample.cause(incident), report };
  const score = await replay({ steps, variables: {} }, parts);
  expect(report.wrong).toEqual({});
  expect(score).toEqual({ passed: steps.filter(isStep).length, asked: steps.filter(isStep).length });
}, 60_000);
