import type { Demo, Incident } from './demo.js';
import { HttpsClient } from './https-client.js';
import { refuseTakenPorts } from './ports.js';
import { printer, printScore, printTitle } from './print.js';
import { type ReplayParts, replayChapter, type Score, sum } from './replay.js';
import { RunningServices } from './running-services.js';

/**
 * Starts the services of a demo, goes through its steps and stops the services, whatever happens.
 *
 * @param serve - leaves them running after the steps, until `interrupted` aborts.
 * @returns whether every step was answered as expected.
 * @throws Error if a port is taken or a service does not start.
 */
export async function runDemo(demo: Demo, serve: boolean, interrupted: AbortSignal): Promise<boolean> {
  await refuseTakenPorts(demo.services);
  const client = new HttpsClient(demo.tls);
  const services = new RunningServices(client, interrupted);
  try {
    for (const service of demo.services) {
      console.log(`Starting ${service.name} on port ${service.port} …`);
      await services.start(service);
    }
    const cause = (incident: Incident) => happen(incident, demo, services);
    const score = await goThrough(demo, { client, interrupted, cause, report: printer(demo.caFile) });
    if (serve) await stay(demo, services, interrupted);
    return score.passed === score.asked;
  } finally {
    await services.stopAll();
    await client.close();
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
  if (chapters.length > 1) printScore(total, 'In all');
  return total;
}

async function happen({ stop, start, change, logged }: Incident, demo: Demo, services: RunningServices): Promise<void> {
  if (stop !== undefined) await services.stop(stop);
  const service = demo.services.find(({ name }) => name === start);
  if (service !== undefined) await services.start(service);
  await change?.();
  if (logged !== undefined) console.log(`   ${await services.logged(logged)}`);
}

async function stay({ suggestions }: Demo, services: RunningServices, interrupted: AbortSignal): Promise<void> {
  console.log(`\n${suggestions.join('\n')}\n\nThe services go on running, and log here. Ctrl-C stops them.\n`);
  services.showLogs();
  const stopped = new Promise<void>((resolve) => {
    if (interrupted.aborted) resolve();
    interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
  // Somebody may stop one on purpose, to see what the others do then.
  const tell = (name: string) => interrupted.aborted || console.log(`${name} has stopped. The others go on.`);
  await Promise.race([stopped, services.over(tell)]);
}
