import { Logger } from '@nestjs/common';
import { OperatorLog } from '../../../lib/operator/operator-log.js';

describe('the log of the operator', () => {
  afterAll(() => Logger.overrideLogger(false));

  it('is the logger of the application: lines have their level and the context, and no hidden character', () => {
    const lines: string[] = [];
    const keep =
      (level: string) =>
      (line: string, ...rest: unknown[]) =>
        void lines.push(`${level} [${rest.at(-1)}] ${line}`);
    Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error') });
    const log = new OperatorLog('Orders');
    log.warn('slow\u001b[2J');
    log.error('broken\nforged');
    expect(lines).toEqual(['warn [Orders] slow\\u001b[2J', 'error [Orders] broken\n  forged']);
  });

  it('changes nothing where the logger of the application fails', () => {
    let calls = 0;
    const fail = () => {
      calls++;
      throw new Error('the disk is full');
    };
    Logger.overrideLogger({ log: fail, warn: fail, error: fail });
    const log = new OperatorLog('Orders');
    log.warn('a');
    log.error('b');
    expect(calls).toBe(2);
  });
});
