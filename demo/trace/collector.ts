import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSpans } from './otlp.js';
import type { Span } from './span.js';

/** The time between two looks at the spans that have arrived, in milliseconds. */
const PAUSE = 50;

/** Receives the spans of services over OTLP, as an OpenTelemetry Collector does, and keeps them. */
export class Collector {
  private readonly received: Span[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  private constructor() {}

  /** Starts to listen on a free port of loopback. */
  static async start(): Promise<Collector> {
    const collector = new Collector();
    await once(collector.server.listen(0, '127.0.0.1'), 'listening');
    return collector;
  }

  /** The variables that make a service send its spans here, as soon as they have ended. */
  get environment(): Readonly<Record<string, string>> {
    const { port } = this.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      // The developer's own shell may set these to other values.
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces`,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
    };
  }

  /** The spans that have arrived so far. */
  get spans(): readonly Span[] {
    return this.received;
  }

  /** Waits until the spans that have arrived are enough, at most for the given seconds. Each service sends its part of a trace separately. */
  async waitUntil(isEnough: (spans: readonly Span[]) => boolean, seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!isEnough(this.received) && Date.now() < deadline) await sleep(PAUSE);
  }

  /** Stops to listen and closes the connections. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.received.push(...readSpans(await text(request)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  }
}
