import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** The pages as the site has them: copies of docs/, where a README is the index of its folder, and links that lead elsewhere are text. */

const ROOT = join(import.meta.dirname, '..');
const DOCS = join(ROOT, 'docs');
/** The sections, in order, with the names of their pages. @type {readonly { title: string, pages: readonly string[] }[]} */
const SECTIONS = JSON.parse(readFileSync(join(import.meta.dirname, 'sections.json'), 'utf8'));
/** The copies, which VitePress reads. They are below its packages, which it needs. */
export const PAGES = join(import.meta.dirname, '.pages');

const LINK = /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g;

/** @typedef {{ readonly file: string, readonly name: string, readonly title: string, readonly summary: string }} Page */

/** The pages that are there, by section. @returns {{ title: string, pages: Page[] }[]} */
export function sections() {
  return SECTIONS.map(({ title, pages }) => ({
    title,
    pages: pages.filter((name) => existsSync(join(DOCS, `${name}.md`))).map(pageNamed),
  }));
}

/** @param {string} name @returns {Page} */
function pageNamed(name) {
  const text = readFileSync(join(DOCS, `${name}.md`), 'utf8');
  const [, title = name] = /^# (.*)$/m.exec(text) ?? [];
  const [, summary = ''] = /^# .*\n+([A-Za-z`'][\s\S]*?)\n\n/.exec(text) ?? [];
  return { file: `${siteName(name)}.md`, name: siteName(name), title, summary: summary.replaceAll(/\s+/g, ' ').replaceAll(LINK, '$2') };
}

/** @param {string} name */
function siteName(name) {
  return name.replace(/(^|\/)README$/, '$1index');
}

/** Writes the copies, with the first page, and llms.txt. */
export function writePages() {
  rmSync(PAGES, { recursive: true, force: true });
  for (const path of readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.md')))
    write(join(PAGES, `${siteName(path.slice(0, -3))}.md`), forSite(readFileSync(join(DOCS, path), 'utf8'), path));
  cpSync(join(DOCS, 'img'), join(PAGES, 'img'), { recursive: true });
  write(join(PAGES, 'index.md'), forSite(readFileSync(join(ROOT, 'README.md'), 'utf8'), '../README.md'));
  write(join(PAGES, 'public/llms.txt'), llms());
  cpSync(join(DOCS, 'img'), join(PAGES, 'public/img'), { recursive: true });
}

/** Copies the Markdown of each page beside it. @param {string} out */
export function copyMarkdown(out) {
  for (const path of readdirSync(PAGES, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.md')))
    write(join(out, path), readFileSync(join(PAGES, path), 'utf8'));
}

/** @param {string} text @param {string} path - relative to docs/ */
function forSite(text, path) {
  return text.replaceAll(LINK, (link, image, words, target) => {
    if (/^[a-z]+:|^#/.test(target)) return link;
    const [file, anchor] = target.split('#');
    const found = posix.normalize(posix.join(posix.dirname(path), file));
    if (found.startsWith('..')) return words;
    const base = posix.dirname(path).startsWith('..') ? '.' : posix.dirname(path);
    const relative = posix.relative(base, found).replace(/README\.md$/, 'index.md');
    return `${image}[${words}](./${relative}${anchor === undefined ? '' : `#${anchor}`})`;
  });
}

/** The list of pages for programs that read text. @see https://llmstxt.org */
function llms() {
  const [, summary = ''] = /^# .*\n+([\s\S]*?)\n\n/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  const lines = sections().map(({ title, pages }) => {
    const links = pages.map((page) => `- [${page.title}](/${page.file})${page.summary === '' ? '' : `: ${page.summary}`}`);
    return `## ${title}\n\n${links.join('\n')}\n`;
  });
  return `# nest-service-auth\n\n> ${summary.replaceAll(/\s+/g, ' ').replaceAll(LINK, '$2')}\n\n${lines.join('\n')}`;
}

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
