import { HeldTokens } from '../../../lib/oauth/held-tokens.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('tokens that are held', () => {
  const hold = () => {
    let given = 0;
    const tokens = new HeldTokens({ clock: new FakeClock(), capacity: 1 });
    const get = (key: string) => tokens.authorization(key, async () => ({ value: `${key}${++given}`, life: 600 }));
    return { tokens, get };
  };

  it('are obtained anew when they were forgotten', async () => {
    const { tokens, get } = hold();
    expect([await get('a'), await get('a')]).toEqual(['Bearer a1', 'Bearer a1']);
    tokens.clear();
    expect(await get('a')).toBe('Bearer a2');
  });

  it('may be obtained anew when one is refused that another has displaced', async () => {
    const { tokens, get } = hold();
    const displaced = await get('a');
    await get('b');
    expect(tokens.refuse('a', displaced)).toBe(true);
    expect(await get('a')).toBe('Bearer a3');
  });
});
