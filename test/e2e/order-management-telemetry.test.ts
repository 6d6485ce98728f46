import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DemoTls } from '../../demo/demo.js';
import { HttpsClient } from '../../demo/https-client.js';
import { replayChapter } from '../../demo/replay.js';
import { RunningServices } from '../../demo/running-services.js';
import { Collector } from '../../demo/trace/collector.js';
import type { Span } from '../../demo/trace/span.js';
import { loadSettings, type Settings } from '../../sample/order-management/settings.js';
import { type Addresses, addressesOf } from '../../sample/order-management/walkthrough/addresses.js';
import { traceChapter } from '../../sample/order-management/walkthrough/trace.js';
import { type BuiltPrograms, buildPrograms } from '../support/built-programs.js';
import { hasEnded } from '../support/child-process.js';
import { mainOf } from '../support/deployment/services.js';
import { freePorts } from '../support/free-port.js';
import { temporaryFolder } from '../support/order-management.js';
import { ReplayRecorder } from '../support/replay-recorder.js';

const NAMES = ['sts', 'inventory-service', 'order-service', 'api-gateway'] as const;
type Name = (typeof NAMES)[number];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let built: BuiltPrograms;
let environment: Record<string, string>;
let settings: Settings;
let addresses: Addresses;
let metricsPorts: number[];
let tls: DemoTls;

beforeAll(async () => {
  folder = await temporaryFolder();
  built = await buildPrograms(NAMES.map(mainOf));
  const [sts, inventory, order, gateway, ...others] = await freePorts(8);
  metricsPorts = others;
  environment = {
    STS_PORT: `${sts}`,
    INVENTORY_PORT: `${inventory}`,
    ORDER_PORT: `${order}`,
    GATEWAY_PORT: `${gateway}`,
    CERTIFICATES: folder.path,
  };
  settings = await loadSettings(environment);
  addresses = addressesOf(settings);
  const { caFile, keys } = settings.certificates;
  const [ca = '', cert = '', key = ''] = await Promise.all(
    [caFile, keys['order-service'].certFile, keys['order-service'].keyFile].map((each) => readFile(each, 'utf8')),
  );
  tls = { ca, cert, key };
}, 40_000);

afterAll(async () => {
  await built.remove();
  await folder.remove();
});

describe('four processes that are asked for traces and metrics', () => {
  const interrupted = new AbortController().signal;
  let collector: Collector;
  let client: HttpsClient;
  let services: RunningServices;

  beforeAll(async () => {
    collector = await Collector.start();
    client = new HttpsClient(tls);
    services = new RunningServices(client, interrupted);
    const { jwks, inventory, orders, gateway } = addresses;
    const probes = [jwks, inventory, `${orders}/none`, `${gateway}/none`];
    for (const [index, name] of NAMES.entries()) {
      const probe = probes[index] ?? '';
      const env = { ...environment, ...collector.environment, METRICS_PORT: `${metricsPorts[index]}` };
      await services.start({ name, main: built.main(mainOf(name)), port: Number(new URL(probe).port), probe, env });
    }
  }, 60_000);

  afterAll(async () => {
    await services.stopAll();
    await client.close();
    await collector.stop();
  });

  const metricsOf = async (name: Name) => {
    const answer = await fetch(`http://127.0.0.1:${metricsPorts[NAMES.indexOf(name)]}/metrics`);
    return (await answer.text()).split('\n').filter((line) => !line.startsWith('#'));
  };
  const parentOf = ({ parentSpanId }: Span) => collector.spans.find(({ spanId }) => spanId === parentSpanId);

  it('show every hop of one order in one trace, each below the one that it was made for', async () => {
    const report = new ReplayRecorder();
    const cause = async () => undefined;
    const { score } = await replayChapter(traceChapter(addresses, collector), {}, { client, interrupted, cause, report });
    expect(report.wrong).toEqual({});
    expect(score).toEqual({ passed: 6, asked: 6 });

    const last = collector.spans.find(({ service, name }) => service === 'inventory-service' && name === 'authenticate');
    const way: Span[] = [];
    for (let span = last; span !== undefined; span = parentOf(span)) way.push(span);
    expect(way.map(({ service, kind }) => `${service} ${kind}`)).toEqual([
      'inventory-service internal',
      'inventory-service server',
      'order-service client',
      'order-service server',
      'api-gateway client',
      'api-gateway server',
    ]);
    const trace = collector.spans.filter(({ traceId }) => traceId === last?.traceId);
    expect(new Set(trace.map(({ service }) => service))).toEqual(new Set(NAMES));
    expect(trace).toHaveLength(13);
    expect(JSON.stringify(collector.spans)).not.toMatch(/eyJ[\w-]+\.|Bearer |Basic |secret/i);
  });

  it('say to Prometheus who was let in, and how', async () => {
    const admitted = (metrics: string[]) => metrics.find((line) => line.startsWith('auth_requests_total') && line.includes('"accepted"'));
    expect(admitted(await metricsOf('api-gateway'))).toMatch(/auth_scheme="users".* [1-9]\d*$/);
    expect(admitted(await metricsOf('order-service'))).toMatch(/auth_scheme="sts".* [1-9]\d*$/);
    expect(admitted(await metricsOf('inventory-service'))).toMatch(/auth_scheme="mutualSslConfig".* [1-9]\d*$/);
  });

  it('say what was asked of others, and what was served, the metrics themselves excepted', async () => {
    const gateway = await metricsOf('api-gateway');
    expect(gateway).toContainEqual(
      expect.stringMatching(/^auth_dependency_calls_total\{.*auth_dependency="introspection",auth_result="success".* [1-9]/),
    );
    expect(gateway).toContainEqual(
      expect.stringMatching(
        /^auth_client_token_requests_total\{.*client="orders",auth_grant="token_exchange",auth_outcome="obtained".* [1-9]/,
      ),
    );
    expect(gateway).toContainEqual(expect.stringMatching(/^http_client_request_duration_count\{/));
    const served = (await metricsOf('sts')).filter((line) => line.startsWith('http_server_request_duration_count'));
    expect(served).not.toEqual([]);
    expect(served.filter((line) => !line.includes('url_scheme="https"'))).toEqual([]);
  });
});

describe('one process', () => {
  let child: ChildProcess | undefined;
  let client: HttpsClient;
  let collector: Collector;
  beforeEach(async () => {
    client = new HttpsClient(tls);
    collector = await Collector.start();
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await client.close();
    await collector.stop();
  });

  /** Tells, when it is asked, what the API of OpenTelemetry knows of, and how many servers there are. */
  const TELL = `process.on('message', () => process.send({
    registered: Object.keys(globalThis[Symbol.for('opentelemetry.js.api.1')] ?? {}),
    servers: process.getActiveResourcesInfo().filter((each) => each === 'TCPServerWrap').length,
  }));`;

  async function start(env: Record<string, string>): Promise<ChildProcess> {
    const telling = `data:text/javascript,${encodeURIComponent(TELL)}`;
    const started = spawn(process.execPath, ['--import', telling, fileURLToPath(built.main(mainOf('inventory-service')))], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { PATH: process.env.PATH, ...environment, ...env },
    });
    child = started;
    const late = AbortSignal.timeout(15_000);
    while (!(await client.isAnswered(addresses.inventory, late))) {
      if (late.aborted || hasEnded(started)) throw new Error('It does not answer');
      await sleep(50);
    }
    return started;
  }

  it('that is asked for nothing has no SDK, and no port but its own', async () => {
    const started = await start({});
    const told = once(started, 'message');
    started.send('tell');
    expect((await told)[0]).toEqual({ registered: [], servers: 1 });
  });

  it('that is asked for metrics alone records no traces', async () => {
    const started = await start({ METRICS_PORT: `${metricsPorts[0]}` });
    const told = once(started, 'message');
    started.send('tell');
    const [{ registered }] = await told;
    expect(registered).toContain('metrics');
    expect(registered).not.toContain('trace');
    expect((await fetch(`http://127.0.0.1:${metricsPorts[0]}/metrics`)).status).toBe(200);
  });

  it('sends what it has recorded before it leaves', async () => {
    const started = await start({ ...collector.environment, OTEL_BSP_SCHEDULE_DELAY: '3600000' });
    expect(collector.spans).toEqual([]);
    const left = once(started, 'exit');
    started.kill('SIGTERM');
    expect(await left).toEqual([0, null]);
    expect(collector.spans).toMatchObject([
      { service: 'inventory-service', kind: 'server', attributes: { 'url.path': '/inventory/decrease' } },
    ]);
  });
});
