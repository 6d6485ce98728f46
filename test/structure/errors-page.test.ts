import { readFileSync } from 'node:fs';
import { helpFor, MISTAKE_KINDS } from '../../lib/mistake-kinds.js';
import { mistakesWrittenIn, parseSources, reasonsWrittenIn, textsOf } from '../support/messages.js';

const SOURCES = parseSources('lib');
const PAGE = readFileSync('docs/errors.md', 'utf8');
const [, AT_BOOT = ''] = PAGE.split(/^## /m);
const HEADINGS = [...AT_BOOT.matchAll(/^### (\S+)$/gm)].map(([, name]) => name);
/** The codes in the first column of the tables. */
const ROWS = [...PAGE.matchAll(/^\| `([^`]+)`/gm)].map(([, code]) => code);

/** The refusal of a user store, which callers see as `bad_credentials`. */
const NOT_SHOWN = 'refused';

const kindOf = (message: string) => [...helpFor(message).matchAll(/\[(\S+)\]/g)].map(([, kind]) => kind);
const written = SOURCES.flatMap((source) => mistakesWrittenIn(source).map((message) => ({ file: source.fileName, message })));
const reasons = new Set(SOURCES.flatMap((source) => reasonsWrittenIn(source)));
const codes = new Set(SOURCES.flatMap(({ text }) => text.match(/ERR_AUTH_[A-Z_]+[A-Z]\b/g) ?? []));

it('finds the messages and the reasons in the source', () => {
  expect(written.length).toBeGreaterThan(250);
  expect(reasons.size).toBeGreaterThan(60);
  expect(codes.size).toBeGreaterThan(8);
});

it('docs/errors.md has an entry for each kind of mistake, and no other', () => {
  expect(HEADINGS).toEqual([...MISTAKE_KINDS]);
});

it('knows the kind of each message: the words of a new one may belong into lib/mistake-kinds.ts', () => {
  expect(written.filter(({ message }) => kindOf(message).includes('configuration'))).toEqual([]);
});

it('has no kind without a message', () => {
  const used = new Set(SOURCES.flatMap(textsOf).flatMap(kindOf));
  expect(MISTAKE_KINDS.filter((kind) => kind !== 'configuration' && !used.has(kind))).toEqual([]);
});

it('docs/errors.md has a row for each reason of a refusal', () => {
  expect([...reasons].filter((reason) => !ROWS.includes(reason) && reason !== NOT_SHOWN).sort()).toEqual([]);
});

it('docs/errors.md has a row for each code of an exception', () => {
  expect([...codes].filter((code) => !ROWS.includes(code)).sort()).toEqual([]);
});

it('docs/errors.md explains no reason that the source does not have', () => {
  const text = SOURCES.map((source) => source.text).join('\n');
  expect(ROWS.filter((code) => !code?.startsWith('ERR_') && !new RegExp(`\\b${code}\\b`).test(text))).toEqual([]);
});
