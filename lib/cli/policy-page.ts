import { ANONYMOUS } from '../anonymous.js';
import { visible } from '../operator/log-text.js';
import type { PolicyDecision, PolicyEntry, PolicyWayIn } from '../plan/policy.js';
import { decisionInWords } from '../plan/policy-words.js';
import { REQUIREMENTS } from '../requirements/every-requirement.js';
import { changedRoutes, decisionsInWords, type RouteChange } from './policy-diff.js';
import { placeInWords } from './policy-format.js';

/** A kept policy that a page shows the differences to. */
export interface KeptPolicy {
  /** The name of its file. */
  readonly file: string;
  readonly entries: readonly PolicyEntry[];
}

const HEADINGS: Readonly<Record<PolicyGroup, readonly [title: string, meaning: string]>> = {
  open: ['Open', 'Every request is admitted.'],
  anonymous: ['Optional authentication', 'Requests without credentials are admitted; bad credentials are refused.'],
  authenticated: ['Authenticated callers', 'Every caller that one of the schemes accepts is admitted.'],
  requirements: ['Callers that meet requirements', 'Every way in demands scopes, roles or other requirements.'],
  denied: ['Nobody', 'Every request is refused.'],
};

const STYLE = `
:root { color-scheme: light dark; --line: #8885; --new: #1a7f3726; --gone: #cf222e26; --changed: #9a670026; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
code { font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; }
.new, ins { background: var(--new); } .gone, del { background: var(--gone); } .changed { background: var(--changed); }
ins, del { display: block; text-decoration: none; } del { text-decoration: line-through; }
.mark { font-weight: 600; } .empty { opacity: .7; }
@media print { body { max-width: none; margin: 0; } }
`;

/**
 * The policy as a page of HTML: the routes by who gets in, the most open first, and the differences to a kept policy. The page needs no
 * other file, and runs no script.
 */
export function policyPage(entries: readonly PolicyEntry[], kept?: KeptPolicy): string {
  const changes = kept === undefined ? [] : changedRoutes(kept.entries, entries);
  const marks = new Map(changes.flatMap((change) => (change.now === undefined ? [] : [[change.now, kindOf(change)] as const])));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Policy</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Policy</h1>
${summary(entries)}
${kept === undefined ? '' : differences(changes, kept)}
${GROUPS.map((group) => section(group, entries, marks)).join('\n')}
</body>
</html>
`;
}

type Kind = 'new' | 'gone' | 'changed';

function kindOf({ before, now }: RouteChange): Kind {
  if (before === undefined) return 'new';
  return now === undefined ? 'gone' : 'changed';
}

function inGroup(group: PolicyGroup, entries: readonly PolicyEntry[]): readonly PolicyEntry[] {
  return entries.filter((entry) => groupOf(entry) === group);
}

function summary(entries: readonly PolicyEntry[]): string {
  const items = GROUPS.map((group) => `<li><a href="#${group}">${HEADINGS[group][0]}</a>: ${routes(inGroup(group, entries).length)}</li>`);
  return `<p>${routes(entries.length)}, by who gets in:</p>\n<ul>\n${items.join('\n')}\n</ul>`;
}

function differences(changes: readonly RouteChange[], { file }: KeptPolicy): string {
  const heading = `<h2 id="differences">Differences to ${escaped(file)}</h2>`;
  if (changes.length === 0) return `${heading}\n<p class="empty">None.</p>`;
  const rows = changes.map((change) => {
    const kind = kindOf(change);
    return `<tr class="${kind}"><td class="mark">${kind}</td><td><code>${escaped(change.title)}</code></td><td>${wordsOf(change)}</td></tr>`;
  });
  return `${heading}\n${table(['', 'Route', 'Who gets in'], rows)}`;
}

function wordsOf({ before, now }: RouteChange): string {
  return [
    ...decisionsInWords(before).map((line) => `<del>${escaped(line)}</del>`),
    ...decisionsInWords(now).map((line) => `<ins>${escaped(line)}</ins>`),
  ].join('');
}

function section(group: PolicyGroup, entries: readonly PolicyEntry[], marks: ReadonlyMap<PolicyEntry, Kind>): string {
  const [title, meaning] = HEADINGS[group];
  const members = inGroup(group, entries);
  const heading = `<h2 id="${group}">${title}</h2>\n<p>${meaning}</p>`;
  if (members.length === 0) return `${heading}\n<p class="empty">No route.</p>`;
  return `${heading}\n${table(
    ['Method', 'Path', 'Who gets in', 'Said by', 'Handler'],
    members.flatMap((entry) => rowsOf(entry, marks.get(entry))),
  )}`;
}

function rowsOf(entry: PolicyEntry, kind: Kind | undefined): string[] {
  const start = kind === undefined ? '<tr>' : `<tr class="${kind}">`;
  const mark = kind === undefined ? '' : ` <span class="mark">${kind}</span>`;
  const decision = (each: PolicyDecision) => `<td>${escaped(decisionInWords(each))}</td><td>${escaped(each.source)}</td>`;
  return [
    `${start}<td>${escaped(entry.method)}</td><td><code>${escaped(placeInWords(entry))}</code>${mark}</td>${decision(entry)}<td><code>${escaped(entry.handler)}</code></td></tr>`,
    ...(entry.exceptions ?? []).map((each) => `${start}<td></td><td>for some values</td>${decision(each)}<td></td></tr>`),
  ];
}

function table(headings: readonly string[], rows: readonly string[]): string {
  const head = headings.map((heading) => `<th scope="col">${heading}</th>`).join('');
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`;
}

function routes(count: number): string {
  return count === 1 ? '1 route' : `${count} routes`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text for an element or an attribute. A kept policy is a file, and may hold anything. */
function escaped(text: unknown): string {
  return visible(String(text)).replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}

/** Who gets in to a route, from the most open on. */
export type PolicyGroup = 'open' | 'anonymous' | 'authenticated' | 'requirements' | 'denied';

/** The groups, the most open one first. */
export const GROUPS: readonly PolicyGroup[] = ['open', 'anonymous', 'authenticated', 'requirements', 'denied'];

/** The group of a route: that of the most open decision about it, so that an exception for some values of its path is not overlooked. */
export function groupOf(entry: PolicyEntry): PolicyGroup {
  const found = new Set([entry, ...(entry.exceptions ?? [])].map(groupOfDecision));
  return GROUPS.find((group) => found.has(group)) ?? 'open';
}

function groupOfDecision({ access, optional, waysIn }: PolicyDecision): PolicyGroup {
  if (access !== 'protected') return access;
  if (optional) return 'anonymous';
  return waysIn.some((way) => way.scheme === ANONYMOUS || !hasRequirement(way)) ? 'authenticated' : 'requirements';
}

function hasRequirement({ allOf = [], ...way }: PolicyWayIn): boolean {
  const described: Readonly<Record<string, unknown>> = way;
  return REQUIREMENTS.some(({ field }) => described[field] !== undefined) || allOf.some(hasRequirement);
}
