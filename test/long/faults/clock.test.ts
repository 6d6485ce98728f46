import { eventually } from '../../support/eventually.js';
import { type ProviderTrialBench, startProviderTrial } from '../../support/faults/provider-trial.js';
import { createKey } from '../../support/tokens.js';

const HOUR = 3600;

describe('the wall clock', () => {
  let trial: ProviderTrialBench;
  const status = async (path: string, authorization?: string) => (await trial.app.ask(path, authorization)).status;
  const both = async (authorization: string) => [await status('/keys', authorization), await status('/found', authorization)];
  beforeAll(async () => {
    trial = await startProviderTrial();
  }, 120_000);
  beforeEach(async () => {
    await trial.app.setClock(0);
    await eventually(async () => (await both(await trial.known())).every((each) => each === 200));
  });
  afterAll(() => trial?.close());

  it('that is set forward ends what has expired, and nothing else', async () => {
    const [short, long] = [await trial.known(HOUR), await trial.known(10 * HOUR)];
    expect([...(await both(short)), ...(await both(long))]).toEqual([200, 200, 200, 200]);
    await trial.app.setClock(2 * HOUR);
    expect(await both(short)).toEqual([401, 401]);
    expect(await both(long)).toEqual([200, 200]);
    expect(await status('/asked', 'Bearer good-forward')).toBe(200);
    expect(await status('/asked', 'Bearer bad-forward')).toBe(401);
    expect(await status('/out')).toBe(200);
  }, 60_000);

  it('that is set back prolongs no keys: one that is not published any more stops working', async () => {
    const [known, expired] = [await trial.known(10 * HOUR), await trial.known(-HOUR)];
    expect([...(await both(known)), ...(await both(expired))]).toEqual([200, 200, 401, 401]);
    await trial.app.setClock(-2 * HOUR);
    expect([...(await both(known)), ...(await both(expired))]).toEqual([200, 200, 200, 200]);
    expect(await both(await trial.known(10 * HOUR, { nbf: Math.floor(Date.now() / 1000) }))).toEqual([401, 401]);
    expect(await status('/asked', 'Bearer good-back')).toBe(200);
    expect(await status('/out')).toBe(200);
    await trial.provider.publish([createKey('ES256').jwk]);
    await eventually(async () => (await both(known)).every((each) => each === 401), 30);
    await trial.provider.publish(trial.published());
    await eventually(async () => (await both(known)).every((each) => each === 200), 30);
  }, 90_000);

  it('that is set forward while the provider is down ends the hour of the keys: 503, and never 401', async () => {
    const known = await trial.known(10 * HOUR);
    expect(await both(known)).toEqual([200, 200]);
    await trial.provider.kill();
    expect(await both(known)).toEqual([200, 200]);
    await trial.app.setClock(2 * HOUR);
    expect(await both(known)).toEqual([503, 503]);
    const { health } = await trial.app.operator();
    expect(health.keys).toMatchObject({ status: 'down', keys: 'none' });
    await trial.provider.restart();
    await eventually(async () => (await both(known)).every((each) => each === 200), 60);
  }, 90_000);

  it('that is set back in an outage does not prolong the pause of the calls', async () => {
    await trial.provider.kill();
    for (let count = 0; count < 6; count++) expect(await status('/asked', `Bearer good-paused-${count}`)).toBe(503);
    await trial.app.setClock(-2 * HOUR);
    await trial.provider.restart();
    let count = 0;
    await eventually(async () => (await status('/asked', `Bearer good-again-${++count}`)) === 200, 20);
    await eventually(async () => (await both(await trial.known(10 * HOUR))).every((each) => each === 200), 60);
  }, 90_000);
});
