import { readFile, writeFile } from 'node:fs/promises';
import { suggest } from '../config/nearest-name.js';
import { describeReadFailure } from '../config/read-failure.js';
import { textOf } from '../errors.js';
import type { PolicyEntry } from '../plan/policy.js';
import { type Command, type Terminal, UsageError } from './command.js';
import { comparePolicies } from './policy-diff.js';
import { FORMATS, isFormat, type PolicyFormat } from './policy-format.js';
import { readPolicyOf } from './policy-of-app.js';
import { policyPage } from './policy-page.js';
import { readArguments } from './read-arguments.js';

/** What the command line asks for. */
interface Asked {
  readonly entry: string;
  readonly format: PolicyFormat;
  readonly check: string | undefined;
  readonly write: string | undefined;
  /** Whether a page of HTML is asked for, and the file that it is written to; without a file it is printed. */
  readonly html: { readonly page: string | undefined } | undefined;
}

/** `policy`: boots an application without listening, and prints, keeps or compares what its routes demand. */
export const policy: Command = {
  usage: `policy <entry.js> [--format ${Object.keys(FORMATS).join('|')}] [--write policy.json] [--check policy.json] [--html [page.html]]`,
  summary:
    'Prints what every route demands. The entry exports createApp(), or a module class. --write keeps it in a file; --check fails if it differs from the file. --html makes a page; with --check, it shows the differences.',
  async run(args, terminal) {
    const asked = askedBy(args);
    const entries = await readPolicyOf(asked.entry, terminal.notes);
    if (asked.html !== undefined) await writePage(asked.html.page, entries, asked, terminal);
    if (asked.write !== undefined) await keep(asked.write, entries, terminal);
    else if (asked.check !== undefined) await compare(asked.check, entries, asked, terminal);
    else if (asked.html === undefined) terminal.output.write(FORMATS[asked.format](entries));
  },
};

function askedBy(args: readonly string[]): Asked {
  const { values, positionals, unknown } = readArguments(args, OPTIONS);
  if (unknown !== undefined) throw new UsageError(`${unknown.rawName} is not an option. ${suggest(unknown.name, Object.keys(OPTIONS))}`);
  const html = pageIn(values, positionals);
  const [entry, ...others] = positionals.filter((each) => each !== html?.page);
  if (entry === undefined) throw new UsageError(`Which application? ${policy.usage}`);
  if (others.length > 0) throw new UsageError(`One entry at a time: ${others.join(', ')} is too much.`);
  const format = formatIn(values, html !== undefined);
  const [check, write] = [optionText('check', values), optionText('write', values)];
  if (check !== undefined && write !== undefined) throw new UsageError('--check compares, --write overwrites: one of them.');
  return { entry, format, check, write, html };
}

function formatIn(values: Readonly<Record<string, unknown>>, isPage: boolean): PolicyFormat {
  const format = optionText('format', values);
  if (format !== undefined && isPage) throw new UsageError('--format prints text, --html makes a page: one of them.');
  if (format === undefined || isFormat(format)) return format ?? 'table';
  throw new UsageError(`--format: ${format} is not known. ${suggest(format, Object.keys(FORMATS))}`);
}

const OPTIONS = { format: { type: 'string' }, check: { type: 'string' }, write: { type: 'string' }, html: { type: 'boolean' } } as const;

/** `--html`, `--html=page.html` or `--html page.html`: no entry has such a name. */
function pageIn({ html }: Readonly<Record<string, unknown>>, positionals: readonly string[]): Asked['html'] {
  if (html === undefined || html === false) return undefined;
  return { page: typeof html === 'string' ? html : positionals.find((each) => /\.html?$/i.test(each)) };
}

function optionText(name: 'format' | 'check' | 'write', values: Readonly<Record<string, unknown>>): string | undefined {
  const value = values[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new UsageError(`--${name} needs a value.`);
}

async function keep(file: string, entries: readonly PolicyEntry[], { notes }: Terminal): Promise<void> {
  await writeFile(file, FORMATS.json(entries));
  notes.write(`The policy of ${entries.length} routes is in ${file}.\n`);
}

async function writePage(
  page: string | undefined,
  entries: readonly PolicyEntry[],
  { check, entry }: Asked,
  { output, notes }: Terminal,
): Promise<void> {
  const kept = check === undefined ? undefined : { file: check, entries: await readKept(check, entry) };
  const html = policyPage(entries, kept);
  if (page === undefined) {
    output.write(html);
    return;
  }
  await writeFile(page, html);
  notes.write(`The policy of ${entries.length} routes is in ${page}.\n`);
}

async function compare(file: string, entries: readonly PolicyEntry[], { entry }: Asked, { notes }: Terminal): Promise<void> {
  const differences = comparePolicies(await readKept(file, entry), entries);
  if (differences.length > 0)
    throw new Error(
      `The policy is not the one in ${file}:\n\n${differences.join('\n')}\n\nIf this is meant: nest-service-auth policy ${entry} --write ${file}`,
    );
  notes.write(`The policy is the one in ${file}: ${entries.length} routes.\n`);
}

async function readKept(file: string, entry: string): Promise<PolicyEntry[]> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    const cure = `Write it with: nest-service-auth policy ${entry} --write ${file}`;
    throw new Error(`--check: ${describeReadFailure(file, cause)}\n${cure}`, { cause });
  });
  try {
    const kept: unknown = JSON.parse(text);
    if (Array.isArray(kept)) return kept;
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${textOf(cause)}`, { cause });
  }
  throw new Error(`${file} is not a policy: it must be the list that --write writes.`);
}
