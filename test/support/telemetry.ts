import { type Attributes, context, metrics, trace } from '@opentelemetry/api';
import { type DataPoint, DataPointType, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, NodeTracerProvider, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

/** Collects when it is asked to. */
class ReaderOnDemand extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** One series of a metric. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** The value of a counter, the number of values of a histogram. */
  readonly value: number;
}

/** An OpenTelemetry SDK that keeps everything in memory. */
export interface Telemetry {
  /** The spans that ended since this was asked last, oldest first. */
  spans(): ReadableSpan[];
  /** The series of the metrics whose names begin with `prefix`. */
  series(prefix: string): Promise<Series[]>;
  /** The one value of a metric whose attributes are at least these; undefined if there is none. */
  valueOf(name: string, attributes?: Attributes): Promise<number | undefined>;
  /** Takes the SDK away again, from whoever asks from now on. */
  stop(): Promise<void>;
}

/** Starts an SDK as an application would: before its modules are made. */
export function startTelemetry(): Telemetry {
  const exporter = new InMemorySpanExporter();
  const tracing = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const reader = new ReaderOnDemand();
  const metering = new MeterProvider({ readers: [reader] });
  tracing.register();
  metrics.setGlobalMeterProvider(metering);

  const series = async (prefix: string): Promise<Series[]> => {
    const { resourceMetrics } = await reader.collect();
    const found = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics).filter((each) => each.descriptor.name.startsWith(prefix));
    return found.flatMap(({ descriptor: { name, unit }, dataPointType, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({ name, unit, attributes, value: numberOf(dataPointType, value) })),
    );
  };
  return {
    spans() {
      const spans = exporter.getFinishedSpans();
      exporter.reset();
      return spans;
    },
    series,
    async valueOf(name, attributes = {}) {
      const all = (await series(name)).filter((each) => each.name === name && includes(each.attributes, attributes));
      if (all.length > 1) throw new Error(`${name} has ${all.length} series of that kind.`);
      return all[0]?.value;
    },
    async stop() {
      await Promise.all([tracing.shutdown(), metering.shutdown()]);
      trace.disable();
      metrics.disable();
      context.disable();
    },
  };
}

function numberOf(type: DataPointType, value: DataPoint<number | Histogram | object>['value']): number {
  return type === DataPointType.HISTOGRAM ? (value as Histogram).count : (value as number);
}

function includes(attributes: Attributes, wanted: Attributes): boolean {
  return Object.entries(wanted).every(([name, value]) => attributes[name] === value);
}
