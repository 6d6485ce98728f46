import { PendingDecisions } from '../../../lib/guard/pending-decisions.js';

const never = () => new Promise<string>(() => {});

describe('decisions that are waited for', () => {
  it('end as they would without waiting', async () => {
    const pending = new PendingDecisions();
    await expect(pending.wait(Promise.resolve('admitted'), () => 'undecided')).resolves.toBe('admitted');
    await expect(pending.wait(Promise.reject(new Error('down')), () => 'undecided')).rejects.toThrow('down');
  });

  it('end undecided when the application closes, those that are asked for later too', async () => {
    const pending = new PendingDecisions();
    const before = pending.wait(never(), () => 'undecided');
    pending.cut();
    await expect(before).resolves.toBe('undecided');
    await expect(pending.wait(never(), () => 'undecided later')).resolves.toBe('undecided later');
    await expect(pending.wait(Promise.resolve('admitted'), () => 'undecided')).resolves.toBe('undecided');
  });

  it('that were made before are not taken back when the application closes', async () => {
    const pending = new PendingDecisions();
    let asked = 0;
    const decided = await pending.wait(Promise.resolve('admitted'), () => {
      asked++;
      return 'undecided';
    });
    pending.cut();
    expect([decided, asked]).toEqual(['admitted', 0]);
  });
});
