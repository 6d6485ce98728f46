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
