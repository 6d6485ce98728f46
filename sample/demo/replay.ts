import { setTimeout as sleep } from 'node:timers/promises';
import { differences } from './compare.js';
import { type Chapter, type Demo, type Incident, isStep, type Step } from './demo.js';
import type { Answer, HttpsClient, Variables } from './https-client.js';

/** How long to wait after an answer that does not say, in seconds. */
const DEFAULT_WAIT = 1;

/** What a replay is done with. */
export interface ReplayParts {
  readonly client: Pick<HttpsClient, 'send'>;
  readonly interrupted: AbortSignal;
  /** Makes an incident happen; done when the service has stopped, or answers again, or has written its line. */
  readonly cause: (incident: Incident) => Promise<void>;
  /** Is told what goes on. */
  readonly report: Reporter;
}

/** Listens to a replay. */
export interface Reporter {
  incident(incident: Incident): void;
  request(step: Step, number: number): void;
  /** An answer that is followed by another attempt, in so many seconds. */
  waiting(answer: Answer, seconds: number): void;
  answer(answer: Answer, step: Step, wrong: readonly string[]): void;
}

/** How many requests were answered as expected, of how many. */
export interface Score {
  readonly passed: number;
  readonly asked: number;
}

/** How the replay of a chapter ended. */
export interface Outcome {
  readonly score: Score;
  /** What is known now, with the tokens that were kept. */
  readonly variables: Variables;
}

/** Goes through the requests and incidents of a chapter, in order. */
export async function replayChapter({ steps }: Chapter, given: Variables, parts: ReplayParts): Promise<Outcome> {
  let score: Score = { passed: 0, asked: 0 };
  let variables = given;
  for (const item of steps) {
    if (isStep(item)) {
      parts.report.request(item, score.asked + 1);
      const answer = await ask(item, variables, parts);
      const wrong = differences(answer, item.expect);
      parts.report.answer(answer, item, wrong);
      score = { passed: score.passed + (wrong.length === 0 ? 1 : 0), asked: score.asked + 1 };
      variables = { ...variables, ...keptFrom(item, answer) };
    } else {
      parts.report.incident(item);
      await parts.cause(item);
    }
  }
  return { score, variables };
}

/** Goes through one chapter on its own, and says how it went. */
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

/** An answer without the token has been reported already: what needs it is going to fail visibly. */
function keptFrom({ keepToken }: Step, { body }: Answer): Variables {
  if (keepToken === undefined) return {};
  const [, token] = /"access_token":\s*"([^"]+)"/.exec(body) ?? [];
  return token === undefined ? {} : { [keepToken]: token };
}
