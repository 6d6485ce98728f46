import { CondensedLog } from '../../../lib/operator/condensed-log.js';
import { keepLines, TestPace } from './pace.js';

const setUp = () => {
  const pace = new TestPace();
  const { lines, log } = keepLines();
  const condensed = new CondensedLog(log, pace);
  const tell = (subject: string, kind: string, times = 1) => {
    for (let time = 0; time < times; time++) condensed.tell('warn', subject, kind, () => `${subject}: ${kind} in full`);
  };
  return { pace, lines, condensed, tell };
};

describe('a condensed log', () => {
  it('has the first of each kind in full, and one summary per second and subject', () => {
    const { pace, lines, tell } = setUp();
    tell('orders', 'expired', 1000);
    tell('orders', 'forbidden', 10);
    tell('stock', 'expired', 2);
    expect(lines).toEqual(['warn orders: expired in full', 'warn orders: forbidden in full', 'warn stock: expired in full']);
    pace.pass();
    expect(lines.slice(3)).toEqual([
      'warn orders: 1008 more in 1 s: 999 × expired, 9 × forbidden',
      'warn stock: 1 more in 1 s: 1 × expired',
    ]);
    tell('orders', 'expired', 5);
    pace.pass();
    expect(lines.slice(5)).toEqual(['warn orders: 5 more in 1 s: 5 × expired']);
  });

  it('writes a kind in full again when it was quiet, and waits for nothing then', () => {
    const { pace, lines, tell } = setUp();
    tell('orders', 'expired');
    pace.pass(2);
    expect(pace.isWaiting).toBe(false);
    tell('orders', 'expired');
    expect(lines).toEqual(['warn orders: expired in full', 'warn orders: expired in full']);
  });

  it('counts a kind as long as a line of it comes every second', () => {
    const { pace, lines, tell } = setUp();
    for (let second = 0; second < 3; second++) {
      tell('orders', 'expired');
      pace.pass();
    }
    const summary = 'warn orders: 1 more in 1 s: 1 × expired';
    expect(lines).toEqual(['warn orders: expired in full', summary, summary]);
  });

  it('waits for the end of one second, however many lines come', () => {
    const { pace, tell } = setUp();
    tell('orders', 'expired', 10);
    tell('stock', 'expired', 10);
    expect(pace.waits).toBe(1);
  });

  it('stays short, however many kinds and subjects are invented', () => {
    const { pace, lines, tell } = setUp();
    for (let number = 0; number < 100_000; number++) tell('orders', `invented ${number}`);
    pace.pass();
    expect(lines.length).toBeLessThan(30);
    expect(lines.at(-1)).toMatch(/^warn orders: 99980 more in 1 s: 99980 × others$/);
    for (let number = 0; number < 100_000; number++) tell(`subject ${number}`, 'k');
    pace.pass();
    expect(lines.length).toBeLessThan(1100);
  });

  it('names the five most frequent kinds of a summary, and counts the others', () => {
    const { pace, lines, tell } = setUp();
    for (const kind of [1, 2, 3, 4, 5]) tell('orders', `k${kind}`, kind + 1);
    pace.pass();
    expect(lines.at(-1)).toBe('warn orders: 15 more in 1 s: 5 × k5, 4 × k4, 3 × k3, 2 × k2, 1 × k1');
    for (const kind of [1, 2, 3, 4, 5, 6, 7]) tell('orders', `k${kind}`, kind + 1);
    pace.pass();
    expect(lines.at(-1)).toBe('warn orders: 33 more in 1 s: 7 × k7, 6 × k5, 6 × k6, 5 × k4, 4 × k3, 2 other kinds');
  });

  it('has a summary at the level of the worst line in it, those of invented kinds included', () => {
    const { pace, lines, condensed, tell } = setUp();
    const fail = (kind: string) => condensed.tell('error', 'orders', kind, () => 'unavailable');
    for (let time = 0; time < 2; time++) fail('outage');
    tell('orders', 'expired', 2);
    pace.pass();
    expect(lines.at(-1)).toBe('error orders: 2 more in 1 s: 1 × outage, 1 × expired');
    tell('orders', 'expired');
    pace.pass();
    expect(lines.at(-1)).toBe('warn orders: 1 more in 1 s: 1 × expired');
    pace.pass(3);
    for (let number = 0; number < 20; number++) tell('orders', `invented ${number}`);
    fail('one more');
    pace.pass();
    expect(lines.at(-1)).toBe('error orders: 1 more in 1 s: 1 × others');
  });

  it('tells what it has counted when it is flushed', () => {
    const { lines, condensed, tell, pace } = setUp();
    tell('orders', 'expired', 3);
    condensed.flush();
    expect(lines.at(-1)).toBe('warn orders: 2 more in 1 s: 2 × expired');
    expect(pace.isWaiting).toBe(false);
    condensed.flush();
    expect(lines).toHaveLength(2);
  });
});
