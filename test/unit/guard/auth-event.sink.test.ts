import { Logger } from '@nestjs/common';
import { type DenialEvent, LoggerEventSink } from 'nest-service-auth';
import { formatDenial } from '../../../lib/guard/auth-event.sink.js';

const event = (steps: DenialEvent['steps'], status = 401): DenialEvent => ({
  status,
  code: 'X',
  transport: 'http',
  route: 'OrderController.create (POST /order)',
  steps,
});

describe('the line of a denial', () => {
  it.each<[DenialEvent, string]>([
    [
      event([{ scheme: 'sts', outcome: 'rejected', reason: 'expired' }]),
      '401 OrderController.create (POST /order): sts rejected (expired)',
    ],
    [
      event(
        [
          { scheme: 'sts', outcome: 'absent', reason: 'no_credentials' },
          { scheme: 'tls + users', outcome: 'forbidden', reason: 'insufficient_scope', username: 'bob' },
        ],
        403,
      ),
      '403 OrderController.create (POST /order): sts absent (no_credentials); tls + users forbidden "bob" (insufficient_scope)',
    ],
    [
      event([{ scheme: 'sts', outcome: 'unavailable', reason: 'could_not_find_out', cause: new Error('no answer\nin 5 s') }], 503),
      '503 OrderController.create (POST /order): sts unavailable (could_not_find_out: "no answer\\nin 5 s")',
    ],
    [
      { status: 400, code: 'ERR_AUTH_AMBIGUOUS_PATH', transport: 'http', route: 'OrderController.find (GET /order/:id)', steps: [] },
      '400 OrderController.find (GET /order/:id): ERR_AUTH_AMBIGUOUS_PATH',
    ],
  ])('%#', (denial, line) => {
    expect(formatDenial(denial)).toBe(line);
  });

  it.each([
    ['line breaks and escape sequences', 'eve\n401 forged\r\u001b[31m'],
    ['the control characters that JSON leaves alone', 'eve\u0085401 forged\u009b31m\u007f'],
    ['the line ends of Unicode', 'eve\u2028401 forged\u2029'],
    ['what turns the direction round, and what cannot be seen', 'eve\u202e\u2066\u200b\ufeff\u{e0041}'],
  ])('stays one line, and shows all of it, though the caller’s name has %s', (_, username) => {
    const cause = new Error(username);
    expect(formatDenial(event([{ scheme: 's', outcome: 'forbidden', reason: 'r', username, cause }]))).toMatch(/^[ -~]+$/);
  });
});

describe('the sink that logs', () => {
  it('warns of denials, and calls what was unavailable an error', () => {
    const lines: string[] = [];
    const keep =
      (level: string) =>
      (message: string, ...rest: unknown[]) =>
        void lines.push(`${level} [${rest.at(-1)}] ${message.slice(0, 3)}`);
    Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error') });
    const sink = new LoggerEventSink();
    for (const status of [401, 403, 404, 503]) sink.denied(event([], status));
    Logger.overrideLogger(false);
    expect(lines).toEqual(['warn [AuthGuard] 401', 'warn [AuthGuard] 403', 'warn [AuthGuard] 404', 'error [AuthGuard] 503']);
  });
});
