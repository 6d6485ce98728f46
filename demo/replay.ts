import { setTimeout as sleep } from 'node:timers/promises';
import { differences } from './compare.js';
import { type Chapter, type Demo, type Finding, type Incident, type Inspection, isInspection, isStep, type Step } from './demo.js';
import type { Answer, HttpsClient, Variables } from './https-client.js';

/** How long to wait after an answer without `Retry-After`, in seconds. */
const DEFAULT_WAIT = 1;

/** What a replay needs. */
export interface ReplayParts {
  readonly client: Pick<HttpsClient, 'send'>;
  readonly interrupted: AbortSignal;
  /** Causes an incident, and waits until the service has stopped, answers again, or has written its line. */
  readonly cause: (incident: Incident) => Promise<void>;
  /** Receives the events of the replay. */
  readonly report: Reporter;
}

/** Receives the events of a replay. */
export interface Reporter {
  incident(incident: Incident): void;
  request(step: Step, number: number): void;
  /** An answer after which the request is repeated, in so many seconds. */
  waiting(answer: Answer, seconds: number): void;
  answer(answer: Answer, step: Step, wrong: readonly string[]): void;
  finding(inspection: Inspection, number: number, finding: Finding): void;
}

/** How many requests and checks had the expected result, of how many. */
export interface Score {
  readonly passed: number;
  readonly asked: number;
}

/** The result of a chapter. */
export interface Outcome {
  readonly score: Score;
  /** The variables, with the tokens that were kept. */
  readonly variables: Variables;
}

/** Runs the requests, incidents and checks of a chapter, in order. */
export async function replayChapter({ steps }: Chapter, given: Variables, parts: ReplayParts): Promise<Outcome> {
  let outcome: Outcome = { score: { passed: 0, asked: 0 }, variables: given };
  for (const item of steps) {
    if (isStep(item)) outcome = await request(item, outcome, parts);
    else if (isInspection(item)) outcome = await inspect(item, outcome, parts);
    else {
      parts.report.incident(item);
      await parts.cause(item);
    }
  }
  return outcome;
}

async function request(step: Step, { score, variables }: Outcome, parts: ReplayParts): Promise<Outcome> {
  parts.report.request(step, score.asked + 1);
  const answer = await ask(step, variables, parts);
  const wrong = differences(answer, step.expect);
  parts.report.answer(answer, step, wrong);
  return { score: counted(score, wrong), variables: { ...variables, ...keptFrom(step, answer) } };
}

async function inspect(inspection: Inspection, { score, variables }: Outcome, { report }: ReplayParts): Promise<Outcome> {
  const finding = await inspection.inspect();
  report.finding(inspection, score.asked + 1, finding);
  return { score: counted(score, finding.wrong), variables };
}

function counted({ passed, asked }: Score, wrong: readonly string[]): Score {
  return { passed: passed + (wrong.length === 0 ? 1 : 0), asked: asked + 1 };
}

/** Runs a single chapter and returns its score. */
export async function replay({ steps, variables }: Chapter & Pick<Demo, 'variables'>, parts: ReplayParts): Promise<Score> {
  return (await replayChapter({ steps }, variables, parts)).score;
}

/** The sum of several scores. */
export function sum(scores: readonly Score[]): Score {
  const total = (count: (score: Score) => number) => scores.reduce((before, score) => before + count(score), 0);
  return { passed: total(({ passed }) => passed), asked: total(({ asked }) => asked) };
}

async function ask(step: Step, variables: Variables, { client, interrupted, report }: ReplayParts): Promise<Answer> {
  const deadline = Date.now() + (step.patience ?? 0) * 1000;
  for (;;) {
    const answer = await client.send(step, variables, interrupted);
    const wait = Number(answer.headers['retry-after'] ?? DEFAULT_WAIT);
    if (differences(answer, step.expect).length === 0 || !(Date.now() + wait * 1000 <= deadline)) return answer;
    report.waiting(answer, wait);
    await sleep(wait * 1000, undefined, { signal: interrupted });
  }
}

/** An answer without the token was reported already, and the requests that need the token fail visibly. */
function keptFrom({ keepToken }: Step, { body }: Answer): Variables {
  if (keepToken === undefined) return {};
  const [, token] = /"access_token":\s*"([^"]+)"/.exec(body) ?? [];
  return token === undefined ? {} : { [keepToken]: token };
}
