import { OutageLog } from '../../../lib/operator/outage-log.js';
import { keepLines, TestPace } from './pace.js';

const setUp = () => {
  const pace = new TestPace();
  const { lines, log } = keepLines();
  const outages = new OutageLog(log, pace);
  const meet = (what: string, kind = 'GET /order', times = 1) => {
    for (let time = 0; time < times; time++) outages.tell(what, kind, () => `503 ${kind}: ${what} unavailable`);
  };
  return { pace, lines, outages, meet };
};

describe('an outage', () => {
  it('is told when it begins and when it is over, however many requests meet it', () => {
    const { pace, lines, meet } = setUp();
    for (let second = 0; second < 60; second++) {
      meet('sts', 'GET /order', 1000);
      pace.pass();
    }
    expect(lines).toEqual(['error 503 GET /order: sts unavailable']);
    pace.pass(12);
    expect(lines).toEqual([
      'error 503 GET /order: sts unavailable',
      'warn sts: the outage is over: no request was affected for 12 s. It lasted 59 s; 60000 requests were refused.',
    ]);
    expect(pace.isWaiting).toBe(false);
  });

  it('is one outage where single requests wait five seconds each for a server that does not answer', () => {
    const { pace, lines, meet } = setUp();
    for (let count = 0; count < 10; count++) {
      meet('sts');
      pace.pass(6);
    }
    expect(lines).toEqual(['error 503 GET /order: sts unavailable']);
  });

  it('is told again when it comes again, and each by itself', () => {
    const { pace, lines, meet } = setUp();
    meet('sts');
    meet('ldap');
    pace.pass(13);
    meet('sts');
    expect(lines.filter((line) => line.startsWith('error'))).toHaveLength(3);
    expect(lines.filter((line) => line.includes('is over'))).toHaveLength(2);
  });

  it('has its own count and its own length', () => {
    const { pace, lines, meet } = setUp();
    meet('ldap');
    pace.pass(5);
    meet('sts', 'GET /order', 2);
    meet('sts', 'POST /order');
    pace.pass(3);
    meet('sts');
    pace.pass(12);
    expect(lines).toEqual([
      'error 503 GET /order: ldap unavailable',
      'error 503 GET /order: sts unavailable',
      'error 503 POST /order: sts unavailable',
      'warn ldap: the outage is over: no request was affected for 12 s. It lasted 1 s; 1 request was refused.',
      'warn sts: the outage is over: no request was affected for 12 s. It lasted 3 s; 4 requests were refused.',
    ]);
  });

  it('stays short, however many kinds of requests meet it, and names are invented', () => {
    const { lines, meet } = setUp();
    for (let number = 0; number < 10_000; number++) meet('sts', `GET /${number}`);
    expect(lines).toHaveLength(20);
    for (let number = 0; number < 10_000; number++) meet(`invented ${number}`);
    expect(lines).toHaveLength(20 + 99 + 1);
  });

  it('that is not over is reported when the log is flushed', () => {
    const { pace, lines, outages, meet } = setUp();
    meet('sts', 'GET /order', 3);
    outages.flush();
    expect(lines.at(-1)).toBe('warn sts: 3 requests were refused as unavailable in 1 s, until now.');
    meet('ldap');
    pace.pass(7);
    outages.flush();
    expect(lines.at(-1)).toBe('warn ldap: 1 request was refused as unavailable in 7 s, until now.');
    expect(pace.isWaiting).toBe(false);
  });
});
