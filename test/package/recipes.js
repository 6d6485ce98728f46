import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The block of docs/testing.md that contains a text: the check uses what users copy.
 *
 * @param {string} root
 * @param {string} text
 */
export function recipe(root, text) {
  const page = readFileSync(join(root, 'docs/testing.md'), 'utf8');
  const blocks = [...page.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const found = blocks.find((block) => block.includes(text));
  if (found === undefined) throw new Error(`docs/testing.md has no block with ${text}`);
  return found;
}
