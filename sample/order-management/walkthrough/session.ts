import type { Step } from '../../../demo/demo.js';
import type { Transcript } from '../transcript.js';

/** Who takes part in the session: the variables with the tokens of the guide's two users, or of those who stand for them. */
export type Cast = Readonly<Record<keyof Transcript['tokens'], string>>;

/** The guide's session, at one address of the orders. */
export function sessionSteps({ steps }: Transcript, orders: string, cast: Cast): Step[] {
  return steps.map(({ as, title, url, ...step }) => ({
    ...step,
    title: as === undefined ? title : title.replace(as, cast[as].toLowerCase()),
    url: orders + new URL(url).pathname.replace('/order', ''),
    headers: {
      ...(as !== undefined && { Authorization: `Bearer $${cast[as]}` }),
      ...(step.json !== undefined && { 'Content-Type': 'application/json' }),
    },
  }));
}
