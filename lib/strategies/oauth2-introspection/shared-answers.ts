import { hash } from 'node:crypto';
import { type Clock, later, type Moment, momentAt, present } from '../../clock.js';
import type { SharedState } from '../../memory/shared-state.js';
import { whereAvailable } from '../../memory/where-available.js';
import type { IntrospectionAnswer } from './answer.js';

/** An answer, and when the endpoint was asked for it. */
export interface AskedAnswer {
  readonly answer: IntrospectionAnswer;
  readonly askedAt: Moment;
}

/** Asks about a token. */
export type AskForAnswer = (token: string) => Promise<AskedAnswer>;

/** What {@link sharedAnswers} go by. */
export interface SharedAnswersOptions {
  readonly state: SharedState;
  /** Separates the answers of one endpoint, given to one client, from all others. */
  readonly name: string;
  /** Seconds for which an answer about an active token is kept at most. */
  readonly activeLife: number;
  /** The same for an inactive one. */
  readonly inactiveLife: number;
  readonly clock: Clock;
}

/**
 * Looks for an answer in the shared state before the endpoint is asked, and keeps there what it answers. Every instance judges the answer
 * itself. Where the shared state is unavailable, the endpoint is asked.
 */
export function sharedAnswers(ask: AskForAnswer, { state, name, activeLife, inactiveLife, clock }: SharedAnswersOptions): AskForAnswer {
  const lifeOf = ({ active }: IntrospectionAnswer) => (active ? activeLife : inactiveLife);
  return async (token) => {
    const key = `introspection:${name}:${hash('sha256', token, 'base64url')}`;
    const known = read(await whereAvailable(() => state.get(key), undefined), clock);
    if (known !== undefined && clock.wall() < later(known.askedAt, lifeOf(known.answer) * 1000).wall) return known;
    const asked = await ask(token);
    const kept = JSON.stringify({ at: asked.askedAt.wall, answer: asked.answer });
    // Not waited for: the answer is there, whether it can be shared or not.
    state.set(key, kept, lifeOf(asked.answer)).catch(() => undefined);
    return asked;
  };
}

/** What is not an answer is as good as none. A date of the future would make one live longer. */
function read(text: string | null | undefined, clock: Clock): AskedAnswer | undefined {
  const { at, answer } = parse(text ?? '');
  if (!Number.isFinite(at)) return undefined;
  const now = present(clock);
  const askedAt = momentAt(Math.min(Number(at), now.wall), now);
  const { active, claims } = (answer ?? {}) as { readonly active?: unknown; readonly claims?: unknown };
  if (active === false) return { answer: { active }, askedAt };
  if (active !== true || typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined;
  return { answer: { active, claims: claims as Readonly<Record<string, unknown>> }, askedAt };
}

function parse(text: string): { readonly at?: unknown; readonly answer?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
