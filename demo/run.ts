import type { Chapter, Demo, DemoService, Incident } from './demo.js';
import { HttpsClient } from './https-client.js';
import { type DemoMetrics, metricsOf } from './metrics.js';
import { refuseTakenPorts } from './ports.js';
import { printer, printScore, printTitle } from './print.js';
import { type ReplayParts, replayChapter, type Score, sum } from './replay.js';
import { RunningServices } from './running-services.js';
import { Collector } from './trace/collector.js';

/** The options of a run. */
export interface RunOptions {
  /** Leaves the services running after the steps, until the demo is interrupted. */
  readonly serve: boolean;
  /** Makes the services send traces, and shows one of them first. */
  readonly trace: boolean;
}

/** The parts of a run. */
interface Stage {
  readonly demo: Demo;
  readonly services: RunningServices;
  readonly metrics: readonly DemoMetrics[];
  readonly interrupted: AbortSignal;
}

/**
 * Starts the services of a demo, runs its steps and stops the services in any case.
 *
 * @returns whether every answer was as expected.
 * @throws Error if a port is taken or a service does not start.
 */
export async function runDemo(demo: Demo, { serve, trace }: RunOptions, interrupted: AbortSignal): Promise<boolean> {
  const metrics = metricsOf(demo.services, process.env);
  await refuseTakenPorts([...demo.services, ...metrics.map(({ of, port }) => ({ name: `${of} for its metrics`, port }))]);
  const collector = trace ? await Collector.start() : undefined;
  const client = new HttpsClient(demo.tls);
  const services = new RunningServices(client, interrupted);
  const stage = { demo: prepared(demo, metrics, collector), services, metrics, interrupted };
  try {
    await startAll(stage);
    const cause = (incident: Incident) => happen(incident, stage);
    const score = await goThrough(stage.demo, { client, interrupted, cause, report: printer(demo.caFile) });
    if (serve) await stay(stage);
    return score.passed === score.asked;
  } finally {
    await services.stopAll();
    await client.close();
    await collector?.stop();
  }
}

/** Adds the variables for telemetry to the services, and the chapter about the trace before all others. */
function prepared(demo: Demo, metrics: readonly DemoMetrics[], collector: Collector | undefined): Demo {
  const portOf = (name: string) => metrics.find(({ of }) => of === name)?.port;
  const told = (service: DemoService): DemoService => ({
    ...service,
    env: { ...service.env, ...collector?.environment, ...(portOf(service.name) && { METRICS_PORT: String(portOf(service.name)) }) },
  });
  const first: Chapter[] = collector === undefined || demo.trace === undefined ? [] : [demo.trace(collector)];
  return { ...demo, services: demo.services.map(told), chapters: [...first, ...demo.chapters] };
}

async function startAll({ demo, services }: Stage): Promise<void> {
  for (const service of demo.services) {
    console.log(`Starting ${service.name} on port ${service.port} …`);
    await services.start(service);
  }
}

async function goThrough({ chapters, variables: given }: Demo, parts: ReplayParts): Promise<Score> {
  const scores: Score[] = [];
  let variables = given;
  for (const chapter of chapters) {
    printTitle(chapter);
    const outcome = await replayChapter(chapter, variables, parts);
    printScore(outcome.score, chapter.title);
    scores.push(outcome.score);
    variables = outcome.variables;
  }
  const total = sum(scores);
  if (chapters.length > 1) printScore(total, 'Total');
  return total;
}

async function happen({ stop, start, change, logged }: Incident, { demo, services }: Stage): Promise<void> {
  if (stop !== undefined) await services.stop(stop);
  const service = demo.services.find(({ name }) => name === start);
  if (service !== undefined) await services.start(service);
  await change?.();
  if (logged !== undefined) console.log(`   ${await services.logged(logged)}`);
}

async function stay({ demo, services, metrics, interrupted }: Stage): Promise<void> {
  const addresses = metrics.map(({ of, port }) => `http://localhost:${port}/metrics    ${of}`);
  const suggestions = [...demo.suggestions, ...(addresses.length === 0 ? [] : ['', 'The metrics, for Prometheus:', ...addresses])];
  console.log(`\n${suggestions.join('\n')}\n\nThe services keep running, and their logs appear here. Press Ctrl-C to stop them.\n`);
  services.showLogs();
  const stopped = new Promise<void>((resolve) => {
    if (interrupted.aborted) resolve();
    interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
  // A user may stop a service to see how the others react.
  const tell = (name: string) => interrupted.aborted || console.log(`${name} has stopped. The others keep running.`);
  await Promise.race([stopped, services.over(tell)]);
}
