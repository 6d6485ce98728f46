import { Controller, Get, Logger } from '@nestjs/common';
import { AuthEventSink, type DenialEvent, LoggerEventSink, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, createApp, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { tell } from '../support/probe.strategy.js';

@ServiceAuth({ auth: ['a'] })
@Controller('order')
class OrderController {
  @Get()
  find() {
    return 'found';
  }
}

const auth = { schemes: { a: { probeConfig: { header: 'x-a' } } } };
const REFUSED: DenialEvent = {
  status: 401,
  code: 'ERR_AUTH_UNAUTHENTICATED',
  transport: 'http',
  route: 'OrderController.find (GET /order)',
  steps: [{ scheme: 'a', outcome: 'rejected', reason: 'bad' }],
};

/** What Nest's logger is told from now on. */
function keepLog(): string[] {
  const lines: string[] = [];
  const keep = (message: unknown) => void lines.push(String(message));
  Logger.overrideLogger({ log: () => {}, warn: keep, error: keep });
  return lines;
}
afterEach(() => Logger.overrideLogger(false));

it('a million refusals write less than a megabyte, and none of them is lost from the count', async () => {
  const lines = keepLog();
  const sink = new LoggerEventSink();
  for (let number = 0; number < 1_000_000; number++)
    sink.denied(number % 2 === 0 ? REFUSED : { ...REFUSED, status: 403, code: `C${number}` });
  sink.onApplicationShutdown();
  expect(lines.join('\n').length).toBeLessThan(10_000);
  expect(lines.at(-1)).toMatch(/^OrderController.find \(GET \/order\): 999998 more in \d+ s: /);
});

describe.each(ADAPTERS)('a flood, on %s,', (adapter) => {
  const flood = async (url: string, headers: Record<string, string>, rounds: number) => {
    for (let round = 0; round < rounds; round++)
      await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/order`, { headers }).then((response) => response.text())));
  };

  it('is told by its first line and summaries, and the rest of it when the application closes', async () => {
    const { app, url } = await startApp(adapter, appModule({ auth, controllers: [OrderController] }));
    const lines = keepLog();
    await flood(url, tell({ 'x-a': { reject: 'bad' } }), 10);
    await app.close();
    expect(lines[0]).toBe('401 OrderController.find (GET /order): a rejected (bad)');
    expect(lines.length).toBeLessThan(20);
    const counted = lines.flatMap((line) => / (\d+) more in/.exec(line)?.[1] ?? []).reduce((sum, count) => sum + Number(count), 1);
    expect(counted).toBe(500);
  });

  it('of an outage is told at its beginning, and by the application that closes', async () => {
    const { app, url } = await startApp(adapter, appModule({ auth, controllers: [OrderController] }));
    const lines = keepLog();
    await flood(url, tell({ 'x-a': { unavailable: 'down' } }), 4);
    await app.close();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('503 OrderController.find (GET /order): a unavailable (could_not_find_out: "down")');
    expect(lines[1]).toContain('a: 200 requests were refused');
  });

  it('reaches a sink of the application event by event', async () => {
    const { app, url } = await startApp(
      adapter,
      appModule({ auth: { ...auth, eventSink: RecordingSink }, controllers: [OrderController] }),
    );
    await flood(url, tell({ 'x-a': { reject: 'bad' } }), 4);
    expect(eventsOf(app)).toHaveLength(200);
    await app.close();
  });

  it('of failures of the sink writes a bounded log, too', async () => {
    class Failing extends AuthEventSink {
      denied(): void {
        throw new Error('the disk is full');
      }
    }
    const { app, url } = await startApp(adapter, appModule({ auth: { ...auth, eventSink: Failing }, controllers: [OrderController] }));
    const lines = keepLog();
    await flood(url, tell({ 'x-a': { reject: 'bad' } }), 4);
    await app.close();
    expect(lines[0]).toBe('The event sink failed: the disk is full');
    expect(lines.length).toBeLessThan(20);
  });
});

it('what waits for a summary does not keep the process alive', async () => {
  const app = await createApp('express', appModule({ auth, controllers: [OrderController] }));
  await app.init();
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  keepLog();
  app.get<AuthEventSink>(AuthEventSink, { strict: false }).denied(REFUSED);
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
  await app.close();
});
