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
  function linesOf(use: (sink: LoggerEventSink) => void): string[] {
    const lines: string[] = [];
    const keep =
      (level: string) =>
      (message: string, ...rest: unknown[]) =>
        void lines.push(`${level} [${rest.at(-1)}] ${message}`);
    Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error') });
    const sink = new LoggerEventSink();
    use(sink);
    sink.onApplicationShutdown();
    Logger.overrideLogger(false);
    return lines;
  }
  const unavailable = (scheme: string) => ({ scheme, outcome: 'unavailable', reason: 'could_not_find_out' }) as const;
  const route = 'OrderController.create (POST /order)';

  it('warns of denials, and calls what was unavailable an error', () => {
    const lines = linesOf((sink) => {
      for (const status of [401, 403, 404, 503]) sink.denied(event([], status));
    });
    expect(lines.slice(0, 4)).toEqual([
      ...[401, 403, 404].map((status) => `warn [AuthGuard] ${status} ${route}: X`),
      `error [AuthGuard] 503 ${route}: X`,
    ]);
  });

  it('writes each kind of denial, by its code where no step was tried', () => {
    const lines = linesOf((sink) => {
      for (const code of ['A', 'B']) sink.denied({ ...event([], 400), code });
    });
    expect(lines).toEqual(['A', 'B'].map((code) => `warn [AuthGuard] 400 ${route}: ${code}`));
  });

  it('writes what was counted when the application closes', () => {
    const lines = linesOf((sink) => {
      for (let time = 0; time < 3; time++) sink.denied(event([{ scheme: 'sts', outcome: 'rejected', reason: 'expired' }]));
    });
    expect(lines).toEqual([
      `warn [AuthGuard] 401 ${route}: sts rejected (expired)`,
      `warn [AuthGuard] ${route}: 2 more in 1 s: 2 × 401 sts rejected (expired)`,
    ]);
  });

  it.each<[DenialEvent['steps'], string]>([
    [[unavailable('sts'), { scheme: 'users', outcome: 'absent', reason: 'no_credentials' }, unavailable('keys')], 'sts, keys'],
    [[], 'X'],
  ])('names an outage by the schemes that are unavailable, or else by its code: %#', (steps, name) => {
    const lines = linesOf((sink) => sink.denied(event(steps, 503)));
    expect(lines.at(-1)).toBe(`warn [AuthGuard] ${name}: 1 request was refused as unavailable in 1 s, until now.`);
  });
});
