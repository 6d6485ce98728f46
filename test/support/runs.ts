/** How many times more often than in `npm test` properties are tried: `npm run test:long -- properties` sets it. */
const TIMES = Number(process.env.PROPERTY_TIMES ?? 1);

/** Whether properties are tried for long. */
export const IS_LONG = TIMES > 1;

/** The parameters of `fc.assert` for a property that is tried `usually` times in `npm test`. */
export function tried(usually: number): { readonly numRuns: number } {
  return { numRuns: usually * TIMES };
}
