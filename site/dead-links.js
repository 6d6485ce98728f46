import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The links of a built site that lead nowhere: to no file of it, or to no anchor of the file. @param {string} out @returns {string[]} */
export function deadLinks(out) {
  const pages = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.html'));
  /** @type {Map<string, Set<string>>} */
  const anchors = new Map();
  const anchorsOf = (/** @type {string} */ file) => {
    const known =
      anchors.get(file) ?? new Set([...readFileSync(file, 'utf8').matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => decoded(id)));
    anchors.set(file, known);
    return known;
  };
  return pages.flatMap((page) => {
    const links = [...readFileSync(join(out, page), 'utf8').matchAll(/<a\b[^>]*\shref="([^"]+)"/g)].map(([, href = '']) => decoded(href));
    const dead = links.filter((href) => !/^[a-z]+:/.test(href) && !leadsSomewhere(href, join(out, page), out, anchorsOf));
    return [...new Set(dead)].map((href) => `${page}: ${href}`);
  });
}

/** @param {string} href @param {string} from @param {string} out @param {(file: string) => Set<string>} anchorsOf */
function leadsSomewhere(href, from, out, anchorsOf) {
  const [path = '', anchor] = href.split('#');
  const target = path === '' ? from : path.startsWith('/') ? join(out, path) : join(dirname(from), path);
  const file = [target, `${target}.html`, join(target, 'index.html')].find((each) => existsSync(each) && statSync(each).isFile());
  if (file === undefined || relative(out, file).startsWith('..')) return false;
  return anchor === undefined || anchor === '' || !file.endsWith('.html') || anchorsOf(file).has(anchor);
}

/** @param {string} text */
function decoded(text) {
  return decodeURIComponent(text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"'));
}
