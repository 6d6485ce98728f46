import { OncePerOutage } from '../../../lib/operator/once-per-outage.js';

describe('an outage of an endpoint', () => {
  const setUp = () => {
    const lines: string[] = [];
    return { lines, outage: new OncePerOutage((line) => void lines.push(line), 'answers again') };
  };

  it('is reported once for each problem, at its end, and anew when it comes again', () => {
    const { lines, outage } = setUp();
    for (const problem of ['refused', 'refused', 'timeout', 'refused']) outage.report(problem);
    expect(lines.splice(0)).toEqual(['refused', 'timeout']);
    outage.over();
    outage.over();
    expect(lines.splice(0)).toEqual(['answers again']);
    outage.report('refused');
    expect(lines).toEqual(['refused']);
  });

  it('that did not happen has no end', () => {
    const { lines, outage } = setUp();
    outage.over();
    expect(lines).toEqual([]);
  });
});
