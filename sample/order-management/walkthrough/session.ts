import type { Step } from '../../../demo/demo.js';
import type { Transcript } from '../transcript.js';

/** The variables with the tokens of the two users of the session: those of the guide, or Alice and Bob in their place. */
export type Cast = Readonly<Record<keyof Transcript['tokens'], string>>;

/** The session of the guide, at one URL of the orders. */
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
