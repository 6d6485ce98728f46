import { statusesOf } from './load.js';
import type { Behaviour } from './provider.js';
import type { Fault, FaultReport, ProviderTrialBench } from './provider-trial.js';
import { startProviderTrial } from './provider-trial.js';

/** Milliseconds that no answer takes: a call waits for two seconds, and the machine may be busy. */
const BOUND = 4000;
/** Milliseconds after which everything works again: the longest pauses, a call, and what a busy machine needs. */
const RECOVERY = { calls: 5000 + BOUND, keys: 30_000 + BOUND };

/** A provider that answers otherwise. */
export const answering = (behaviour: Behaviour): Fault => ({
  begin: (provider) => provider.behave(behaviour),
  end: (provider) => provider.behave('honest'),
});

/** The promises that hold while a provider gives no answer that can be used, whatever the reason. @param tell - is told the times */
export function itKeepsItsPromises(faults: Readonly<Record<string, Fault>>, tell?: (times: string) => void): void {
  describe.each(Object.keys(faults))('an OpenID provider that %s', (name) => {
    let trial: ProviderTrialBench;
    let seen: FaultReport;
    beforeAll(async () => {
      // An application for each fault: how often one may look for new keys is bounded, and the faults before have used it.
      trial = await startProviderTrial();
      seen = await trial.suffer(faults[name] as Fault);
      const rounded = (times: object) => JSON.stringify(times, (_, time) => (typeof time === 'number' ? Math.round(time) : time));
      tell?.(`${name}: longest ${rounded(seen.longest)}, recovery ${rounded(seen.recovery)}`);
    }, 120_000);
    afterAll(() => trial?.close());

    it('admits no bad credential, and refuses no good one as bad', () => {
      const { before, during, after, newKey } = seen;
      for (const { forged } of [before, during, after]) expect(statusesOf(forged)).toEqual([401]);
      expect(statusesOf(before.good)).toEqual([200]);
      expect(statusesOf(during.good)).toEqual([503]);
      expect(statusesOf(before.bad)).toEqual([401]);
      expect(statusesOf(during.bad)).toEqual([503]);
      expect(statusesOf(newKey.during)).toEqual([503]);
    });

    it('is not noticed by callers that are known, or whose key is known', () => {
      const { before, during, after } = seen;
      for (const phase of [before, during, after])
        for (const answers of [phase.known, phase.knownFound, phase.remembered]) expect(statusesOf(answers)).toEqual([200]);
    });

    it('leaves an outgoing call without a token: 503', () => {
      expect(statusesOf(seen.before.outgoing)).toEqual([200]);
      // A token that was obtained before is good for less than a second.
      expect(statusesOf(seen.during.outgoing)).toContain(503);
      expect(statusesOf(seen.during.outgoing).filter((status) => status !== 200 && status !== 503)).toEqual([]);
    });

    it('keeps nobody waiting, and names a time to come back', () => {
      expect(Object.entries(seen.longest).filter(([, took]) => took > BOUND)).toEqual([]);
      // The metadata of the issuer first, then its keys.
      expect(Math.max(...seen.newKey.during.map(({ took }) => took))).toBeLessThan(BOUND + 2000);
      const refused = [...seen.during.good, ...seen.during.outgoing].filter(({ status }) => status === 503);
      for (const { retryAfter } of refused) expect(retryAfter).toMatch(/^[1-9]\d*$/);
    });

    it('is used again without a restart, its new keys too', () => {
      expect(seen.recovery.calls).toBeLessThan(RECOVERY.calls);
      expect(seen.recovery.keys).toBeLessThan(RECOVERY.keys);
      expect(statusesOf(seen.newKey.after)).toEqual([200]);
      expect(statusesOf(seen.after.good)).toEqual([200]);
      expect(statusesOf(seen.after.bad)).toEqual([401]);
      expect(statusesOf(seen.after.outgoing)).toEqual([200]);
      expect(trial.app.hasEnded).toBe(false);
    });

    it('is reported once when it begins, and once when it is over', () => {
      const { during, after } = seen.operator;
      const count = (log: readonly string[], text: string) => log.filter((line) => line.includes(text)).length;
      // One for each of the two key sets.
      expect(count(during.log, 'The key set cannot be fetched')).toBe(2);
      expect(count(after.log, 'The key set can be fetched again.')).toBe(2);
      // The calls are not made any more after some failures: that is another reason.
      const reasons = during.log.filter((line) => line.includes('503 Guarded.get (GET /asked)'));
      expect(reasons.length).toBe(new Set(reasons).size);
      expect(reasons.length).toBeLessThan(3);
      expect(['degraded', 'down']).toContain(during.health.asked?.status);
      expect(during.health.keys).toMatchObject({ dependency: 'jwks', status: 'degraded' });
      expect(after.health.keys).toMatchObject({ status: 'up' });
      expect(after.health.asked).toMatchObject({ status: 'up' });
    });
  });
}
