import { EnrichedCallers } from '../../../lib/guard/enriched-callers.js';
import type { Principal } from '../../../lib/principal.js';
import { somebody } from './steps.js';

/** Enriches one caller after the other, and says how often the application was asked. */
async function asked(...principals: Principal[]): Promise<number> {
  const callers = new EnrichedCallers({ maxAge: 60 });
  let count = 0;
  for (const principal of principals) {
    await callers.recall(principal, async () => {
      count++;
      return principal;
    });
  }
  return count;
}

describe('callers that the application has enriched', () => {
  it('are remembered by all that the credential says of them', async () => {
    expect(await asked(somebody(), somebody())).toBe(1);
    expect(await asked(somebody(), somebody({ claims: { tenant: 'a' } }))).toBe(2);
    expect(await asked(somebody(), somebody({ scheme: 'other' }))).toBe(2);
    expect(await asked(somebody(), somebody({ scopes: ['read'] }))).toBe(2);
  });

  it('are not remembered where a principal may hold more than its JSON shows', async () => {
    const handmade = (): Principal => ({ ...somebody() });
    expect(await asked(handmade(), handmade())).toBe(2);
    expect(await asked(somebody({ user: { id: 1 } as never }), somebody({ user: { id: 2 } as never }))).toBe(2);
  });

  it('are not remembered where the application refuses them', async () => {
    const callers = new EnrichedCallers({ maxAge: 60 });
    const answers = [undefined, somebody()];
    const ask = () => callers.recall(somebody(), async () => answers.shift());
    expect([await ask(), await ask()]).toEqual([undefined, somebody()]);
  });

  it('are remembered for their time, and as many as there is room for', async () => {
    let now = 0;
    const callers = new EnrichedCallers({ maxAge: 60, capacity: 2 }, { wall: () => now, monotonic: () => now });
    const asked: string[] = [];
    const recall = (username: string, answer: 'admitted' | 'refused' = 'admitted') =>
      callers.recall(somebody({ username }), () => {
        asked.push(username);
        return answer === 'admitted' ? somebody({ username }) : undefined;
      });
    for (const username of ['alice', 'alice', 'bob', 'alice']) recall(username);
    expect(asked.splice(0)).toEqual(['alice', 'bob']);
    // A refusal takes the place of none.
    for (const username of ['mallory', 'eve']) recall(username, 'refused');
    for (const username of ['alice', 'bob']) recall(username);
    expect(asked.splice(0)).toEqual(['mallory', 'eve']);
    for (const username of ['carol', 'alice', 'carol']) recall(username);
    expect(asked.splice(0)).toEqual(['carol', 'alice']);
    now = 61_000;
    recall('carol');
    expect(asked).toEqual(['carol']);
  });

  it('are asked for again where the application could not be asked', async () => {
    const callers = new EnrichedCallers({ maxAge: 60 });
    await expect(callers.recall(somebody(), () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await callers.recall(somebody(), async () => somebody())).toEqual(somebody());
  });
});
