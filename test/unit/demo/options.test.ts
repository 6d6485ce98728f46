import { readArguments } from '../../../demo/arguments.js';
import type { DemoService } from '../../../demo/demo.js';
import { metricsOf } from '../../../demo/metrics.js';
import { startTelemetry } from '../../../sample/support/process/telemetry/start-telemetry.js';

describe('the words after npm run demo --', () => {
  it('are a demo and options, in any order', () => {
    expect(readArguments([])).toEqual({ name: undefined, serve: false, trace: false });
    expect(readArguments(['--trace', 'order-management', '--serve'])).toEqual({ name: 'order-management', serve: true, trace: true });
  });

  it.each([['--trase'], ['-t'], ['--trace=yes'], ['--no-trace']])('are refused where they are no option: %s', (word) => {
    expect(() => readArguments(['order-management', word])).toThrow(`Unknown option '${word}'. Known options: --serve, --trace`);
  });

  it('are one demo at most', () => {
    expect(() => readArguments(['a', 'b'])).toThrow("Name one demo only, not 'a' and 'b'.");
  });
});

describe('the metrics of a demo', () => {
  const services = ['sts', 'orders'].map((name): DemoService => ({ name, main: new URL('file:///none'), port: 1, probe: '' }));

  it('have a port for each service, counted up', () => {
    expect(metricsOf(services, { METRICS_PORT: '9464' })).toEqual([
      { of: 'sts', port: 9464 },
      { of: 'orders', port: 9465 },
    ]);
    expect(metricsOf(services, {})).toEqual([]);
    expect(metricsOf(services, { METRICS_PORT: '' })).toEqual([]);
  });

  it.each(['0', '65535', 'many'])('are refused where there is no room for them: %s', (first) => {
    expect(() => metricsOf(services, { METRICS_PORT: first })).toThrow(`'${first}'`);
  });
});

describe('the telemetry of a service', () => {
  it('is nothing where it is not asked for', async () => {
    expect(await startTelemetry('shop', {})).toBeUndefined();
    expect(await startTelemetry('shop', { METRICS_PORT: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBeUndefined();
  });

  it.each(['0', 'any', '70000'])('is refused at a port that Prometheus cannot be told: %s', async (port) => {
    await expect(startTelemetry('shop', { METRICS_PORT: port })).rejects.toThrow('METRICS_PORT must be a port');
  });

  it.each(['localhost:4318', 'otel', 'http://', 'grpc://localhost'])('is refused where no collector can be: %s', async (endpoint) => {
    const told = `OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL, not '${endpoint}'.`;
    await expect(startTelemetry('shop', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).rejects.toThrow(told);
  });
});
