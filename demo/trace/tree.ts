import { describeSpan } from './describe-span.js';
import type { Span } from './span.js';

/** A span with its child spans. */
export interface Branch {
  readonly span: Span;
  /** Its children, in the order in which they started. */
  readonly below: readonly Branch[];
}

/** Arranges the spans of a trace as trees. A span without a parent, or whose parent has not arrived, is a root. */
export function growTree(spans: readonly Span[]): Branch[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const sorted = [...spans].sort((one, other) => one.start - other.start);
  const grow = (isPart: (span: Span) => boolean): Branch[] =>
    sorted.filter(isPart).map((span) => ({ span, below: grow(({ parentSpanId }) => parentSpanId === span.spanId) }));
  return grow(({ parentSpanId }) => parentSpanId === undefined || !known.has(parentSpanId));
}

/** Draws a tree: a line for each span, with its duration in front. */
export function drawTree(tree: readonly Branch[]): string[] {
  const lines = tree.flatMap((branch) => drawBranch(branch, '', ''));
  const width = Math.max(...lines.map(({ duration }) => duration.length));
  return lines.map(({ duration, text }) => `${duration.padStart(width)} ms  ${text}`);
}

interface Line {
  readonly duration: string;
  readonly text: string;
}

/** @param stem - the text before the span itself; `beside` is the text before its children. */
function drawBranch({ span, below }: Branch, stem: string, beside: string): Line[] {
  const parts = below.flatMap((branch, index) => {
    const isLast = index === below.length - 1;
    return drawBranch(branch, `${beside}${isLast ? '└─ ' : '├─ '}`, `${beside}${isLast ? '   ' : '│  '}`);
  });
  return [{ duration: span.duration.toFixed(1), text: `${stem}${describeSpan(span)}` }, ...parts];
}
