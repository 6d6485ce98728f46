import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { statusesOf } from '../../support/faults/load.js';
import { answering, itKeepsItsPromises } from '../../support/faults/provider-promises.js';
import { type ProviderTrialBench, startProviderTrial } from '../../support/faults/provider-trial.js';
import { createKey } from '../../support/tokens.js';

/** Longer than the application waits, in milliseconds. */
const lasts = 5000;

itKeepsItsPromises(
  {
    'takes connections and does not answer': { begin: (provider) => provider.freeze(), end: (provider) => provider.thaw(), lasts },
    'answers too late': { ...answering('late'), lasts },
    'answers a little at a time, without an end': { ...answering('trickle'), lasts },
    'answers with octets without an end': answering('flood'),
    'answers with HTML that is said to be JSON': answering('htmlAsJson'),
    'answers with an empty object': answering('emptyObject'),
    'answers with half a document': answering('half'),
    'answers 500': answering('error'),
    'answers 503': answering('unavailable'),
    'redirects to another origin': answering('redirect'),
    'closes connections in the middle of an answer': answering('cut'),
    'closes connections without an answer': answering('reset'),
  },
  console.log,
);

describe('an OpenID provider', () => {
  let trial: ProviderTrialBench;
  beforeAll(async () => {
    trial = await startProviderTrial();
  }, 120_000);
  afterAll(() => trial?.close());

  it('that is slow, but in time, costs nobody more than its time', async () => {
    const load = trial.load();
    await trial.provider.behave('slow');
    const { known, knownFound, remembered, good, bad, outgoing, forged } = await load.during(() => sleep(3000));
    await trial.provider.behave('honest');
    for (const answers of [known, knownFound, remembered, good, outgoing]) expect(statusesOf(answers)).toEqual([200]);
    expect([statusesOf(bad), statusesOf(forged)]).toEqual([[401], [401]]);
    await load.end();
  }, 60_000);

  it('whose metadata are those of another issuer is not believed', async () => {
    const load = trial.load();
    await trial.app.operator();
    await trial.provider.behave('otherIssuer');
    const { known, knownFound } = await load.during(() => sleep(4000));
    const { log } = await trial.app.operator();
    await trial.provider.behave('honest');
    expect([statusesOf(known), statusesOf(knownFound)]).toEqual([[200], [200]]);
    expect(log.filter((line) => line.includes('The metadata cannot be read again'))).toHaveLength(1);
    await load.end();
  }, 60_000);

  it('that publishes other keys is obeyed: tokens of the keys before are refused, those in the cache too', async () => {
    const known = await trial.known();
    expect((await trial.app.ask('/keys', known)).status).toBe(200);
    const published = trial.published();
    await trial.provider.publish([createKey('ES256').jwk]);
    await eventually(async () => (await trial.app.ask('/keys', known)).status === 401);
    await trial.provider.publish(published);
    await eventually(async () => (await trial.app.ask('/keys', known)).status === 200, 30);
  }, 60_000);
});
