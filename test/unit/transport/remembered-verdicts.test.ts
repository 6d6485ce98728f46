import { createPrincipal } from '../../../lib/principal.js';
import { ABSENT, type Verdict } from '../../../lib/strategies/strategy.js';
import { RememberedVerdicts } from '../../../lib/transport/remembered-verdicts.js';

function counting(answer: () => Verdict | Promise<Verdict>) {
  let asked = 0;
  const authenticate = () => {
    asked++;
    return answer();
  };
  return { authenticator: { challenges: [], authenticate }, asked: () => asked };
}
const request = () => ({ headers: {}, rawHeaders: [] });

describe('the verdicts of a request', () => {
  it('are asked for once, and the answer is no promise when it is known', async () => {
    const { authenticator, asked } = counting(async () => ABSENT);
    const [verdicts, one] = [new RememberedVerdicts(), request()];
    const first = verdicts.authenticate(authenticator, one, 'all');
    expect(verdicts.authenticate(authenticator, one, 'all')).toBe(first);
    await first;
    expect(verdicts.authenticate(authenticator, one, 'all')).toBe(ABSENT);
    expect(asked()).toBe(1);
  });

  it('are asked for in the way that is given, once, too', () => {
    const { authenticator, asked } = counting(() => ABSENT);
    const ways: unknown[] = [];
    const verdicts = new RememberedVerdicts((each, one, methods) => {
      ways.push(methods);
      return each.authenticate(one, 'unsafe');
    });
    const one = request();
    for (let time = 0; time < 2; time++) expect(verdicts.authenticate(authenticator, one, 'all')).toBe(ABSENT);
    expect([ways, asked()]).toEqual([['all'], 1]);
  });

  it('belong to that request and that authenticator alone', () => {
    const [a, b] = [counting(() => ABSENT), counting(() => ABSENT)];
    const [verdicts, one] = [new RememberedVerdicts(), request()];
    for (const { authenticator } of [a, b, a, b]) verdicts.authenticate(authenticator, one, 'all');
    expect([a.asked(), b.asked()]).toEqual([1, 1]);
    verdicts.authenticate(a.authenticator, request(), 'all');
    verdicts.forget(one);
    verdicts.authenticate(a.authenticator, one, 'all');
    expect([a.asked(), b.asked()]).toEqual([3, 1]);
  });

  it('are asked for again where they could not be found out', async () => {
    let isDown = true;
    const { authenticator, asked } = counting(async () => {
      if (isDown) throw new Error('down');
      return ABSENT;
    });
    const [verdicts, one] = [new RememberedVerdicts(), request()];
    await expect(verdicts.authenticate(authenticator, one, 'all')).rejects.toThrow('down');
    isDown = false;
    await expect(verdicts.authenticate(authenticator, one, 'all')).resolves.toBe(ABSENT);
    expect(asked()).toBe(2);
  });

  it.each([true, false])('are asked for again where the caller must wait: a connection lives longer (later: %p)', async (later) => {
    const wait: Verdict = { outcome: 'rejected', reason: 'too_many_attempts', retryAfter: 5 };
    const { authenticator, asked } = counting(() => (later ? Promise.resolve(wait) : wait));
    const [verdicts, one] = [new RememberedVerdicts(), request()];
    for (let time = 0; time < 2; time++) expect(await verdicts.authenticate(authenticator, one, 'all')).toBe(wait);
    expect(asked()).toBe(2);
  });

  it('are kept where another authenticator could not be asked', async () => {
    const [good, bad] = [counting(() => ABSENT), counting(() => Promise.reject(new Error('down')))];
    const [verdicts, one] = [new RememberedVerdicts(), request()];
    verdicts.authenticate(good.authenticator, one, 'all');
    await expect(verdicts.authenticate(bad.authenticator, one, 'all')).rejects.toThrow('down');
    verdicts.authenticate(good.authenticator, one, 'all');
    expect(good.asked()).toBe(1);
  });

  it.each([true, false])('are kept where they reject the credentials (later: %p)', async (later) => {
    const verdict: Verdict = { outcome: 'rejected', reason: 'expired' };
    const { authenticator, asked } = counting(() => (later ? Promise.resolve(verdict) : verdict));
    const [verdicts, one] = [new RememberedVerdicts(), request()];
    for (let time = 0; time < 2; time++) expect(await verdicts.authenticate(authenticator, one, 'all')).toBe(verdict);
    expect(asked()).toBe(1);
  });

  it('may be nothing, for a strategy in JavaScript: who asked decides what that means', () => {
    const { authenticator } = counting(() => undefined as never);
    expect(new RememberedVerdicts().authenticate(authenticator, request(), 'all')).toBeUndefined();
  });

  it('leave no rejection unhandled where an authenticator fails and one caller alone waits', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { authenticator } = counting(() => Promise.reject(new Error('down')));
    await expect(new RememberedVerdicts().authenticate(authenticator, request(), 'all')).rejects.toThrow('down');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

describe('the enriched caller of a request', () => {
  const caller = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice' });
  const [a, b, c] = [counting(() => ABSENT).authenticator, counting(() => ABSENT).authenticator, counting(() => ABSENT).authenticator];

  function enricher(answers: readonly unknown[]) {
    let asked = 0;
    const enrich = () => answers[asked++] as typeof caller;
    return { enrich, asked: () => asked };
  }

  it('is asked for once, and is no promise when it is known', async () => {
    const { enrich, asked } = enricher([Promise.resolve(caller)]);
    const [memory, one] = [new RememberedVerdicts(), request()];
    const first = memory.recall([a], one, enrich);
    expect(memory.recall([a], one, enrich)).toBe(first);
    await first;
    expect(memory.recall([a], one, enrich)).toBe(caller);
    expect(asked()).toBe(1);
  });

  it('is remembered where the enricher refuses it', async () => {
    const { enrich, asked } = enricher([Promise.resolve(undefined)]);
    const [memory, one] = [new RememberedVerdicts(), request()];
    await memory.recall([a], one, enrich);
    expect(memory.recall([a], one, enrich)).toBeUndefined();
    expect(asked()).toBe(1);
  });

  it('belongs to that request and that way to authenticate alone', () => {
    const { enrich, asked } = enricher(Array.from({ length: 6 }, () => caller));
    const [memory, one] = [new RememberedVerdicts(), request()];
    for (const way of [[a], [b], [a, b], [a], [a, b]]) memory.recall(way, one, enrich);
    expect(asked()).toBe(3);
    memory.recall([a, c], one, enrich);
    expect(asked()).toBe(4);
    memory.recall([a], request(), enrich);
    memory.forget(one);
    memory.recall([a], one, enrich);
    expect(asked()).toBe(6);
  });

  it('is asked for again where the enricher failed', async () => {
    const { enrich, asked } = enricher([Promise.reject(new Error('down')), caller]);
    const [memory, one] = [new RememberedVerdicts(), request()];
    await expect(memory.recall([a], one, enrich)).rejects.toThrow('down');
    expect(memory.recall([a], one, enrich)).toBe(caller);
    expect(asked()).toBe(2);
  });

  it('is kept where the enricher failed for another way to authenticate', async () => {
    const { enrich, asked } = enricher([caller, Promise.reject(new Error('down'))]);
    const [memory, one] = [new RememberedVerdicts(), request()];
    memory.recall([a], one, enrich);
    await expect(memory.recall([b], one, enrich)).rejects.toThrow('down');
    expect(memory.recall([a], one, enrich)).toBe(caller);
    expect(asked()).toBe(2);
  });

  it('that was asked for before the request was forgotten does not come back', async () => {
    const { enrich } = enricher([Promise.resolve(caller), undefined]);
    const [memory, one] = [new RememberedVerdicts(), request()];
    const before = memory.recall([a], one, enrich);
    memory.forget(one);
    expect(memory.recall([a], one, enrich)).toBeUndefined();
    await before;
    expect(memory.recall([a], one, enrich)).toBeUndefined();
  });
});
