import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'docs/providers';

/** What a page of `docs/providers/` shows. */
export interface RecipePage {
  /** The whole configuration, as a module in TypeScript. */
  readonly code: string;
  /** The payload of a token, without its times. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The principal that it becomes, without its claims. */
  readonly principal: Readonly<Record<string, unknown>>;
}

/** The names of all pages but the table. */
export function pageNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => file.slice(0, -'.md'.length))
    .sort();
}

/** Reads a page: it has one block of TypeScript, and two of JSON: the payload of a token, and the principal. */
export function readPage(name: string): RecipePage {
  const text = readFileSync(join(FOLDER, `${name}.md`), 'utf8');
  const [code, ...moreCode] = blocksOf(text, 'ts');
  const [payload, principal, ...moreJson] = blocksOf(text, 'json');
  if (code === undefined || payload === undefined || principal === undefined || moreCode.length + moreJson.length > 0)
    throw new Error(`${FOLDER}/${name}.md must have one block of ts and two of json.`);
  return { code, payload: JSON.parse(payload), principal: JSON.parse(principal) };
}

function blocksOf(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);
}
