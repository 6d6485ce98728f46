import { describeSpan } from './describe-span.js';
import type { Branch } from './tree.js';

/** A span that must be in a trace, and what must be directly below it. */
export interface ExpectedSpan {
  /** Its line, as {@link describeSpan} writes it. */
  readonly line: string;
  readonly below: readonly ExpectedSpan[];
}

/** Expects a span of this line, and others directly below it. */
export function expectSpan(line: string, ...below: ExpectedSpan[]): ExpectedSpan {
  return { line, below };
}

/** Lists what a trace lacks: a line for each span that is missing or has another parent. */
export function missingSpans(tree: readonly Branch[], expected: readonly ExpectedSpan[], place = 'at the top'): string[] {
  return expected.flatMap(({ line, below }) => {
    const found = tree.find(({ span }) => describeSpan(span) === line);
    return found === undefined ? [`no '${line}' ${place}`] : missingSpans(found.below, below, `below '${line}'`);
  });
}
