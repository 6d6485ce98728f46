import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

const SECTIONS = JSON.parse(readFileSync('site/sections.json', 'utf8')) as readonly { readonly pages: readonly string[] }[];

const PAGES = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
const TEXTS = new Map(
  [...PAGES.map((file) => `docs/${file}`), 'README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'sample/README.md'].map((file) => [
    file,
    readFileSync(file, 'utf8').replaceAll(/^(```+)[\s\S]*?^\1$/gm, ''),
  ]),
);

const placed = SECTIONS.flatMap(({ pages }) => pages);

it('each page of docs/ has one place in the site: write its name into site/sections.json', () => {
  expect(PAGES.map((file) => file.slice(0, -3)).filter((name) => !placed.includes(name))).toEqual([]);
  expect(placed).toHaveLength(new Set(placed).size);
});

it.each([...TEXTS])('the links of %s lead to files, and to headings of pages', (file, text) => {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
  expect(links.filter((target) => !leadsSomewhere(file, target))).toEqual([]);
});

it('each page begins with its title', () => {
  expect([...TEXTS].filter(([file, text]) => file.startsWith('docs/') && !/^# \S/.test(text)).map(([file]) => file)).toEqual([]);
});

const BLOCKS = PAGES.flatMap((file) =>
  [...readFileSync(join('docs', file), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ''], index) => ({
    file,
    index,
    code,
  })),
);
const EXPORTED: Readonly<Record<string, string>> = {
  'nest-service-auth': readFileSync('lib/index.ts', 'utf8'),
  'nest-service-auth/testing': readFileSync('lib/testing/index.ts', 'utf8'),
  'nest-service-auth/openapi': readFileSync('lib/openapi/index.ts', 'utf8'),
};

it('each code block is TypeScript: a file, or a part of one', () => {
  expect(BLOCKS.length).toBeGreaterThan(100);
  expect(
    BLOCKS.filter(({ code }) => !code.split(/\n\n+(?=\S)/).every(isTypeScript) && !isTypeScript(code)).map(
      ({ file, index }) => `${file}, block ${index + 1}`,
    ),
  ).toEqual([]);
});

it('each name that a code block imports of this package is exported', () => {
  const imported = BLOCKS.flatMap(({ file, code }) =>
    [...code.matchAll(/import \{([^}]*)\} from '(nest-service-auth[^']*)'/g)].flatMap(([, names = '', entry = '']) =>
      names.split(',').map((name) => ({
        file,
        entry,
        name: name
          .trim()
          .replace(/^type /, '')
          .replace(/ as .*/, ''),
      })),
    ),
  );
  const unknown = imported.filter(
    ({ entry, name }) => entry in EXPORTED && name !== '' && !new RegExp(`\\b${name}\\b`).test(EXPORTED[entry] ?? ''),
  );
  expect(unknown).toEqual([]);
});

/** Whether a text is a file, or what may stand in an object, a list or a class. `…` stands for what is left out. */
function isTypeScript(code: string): boolean {
  const text = code.replaceAll(/…,? ?/g, '');
  return [text, `({${text}})`, `([${text}])`, `class Part {${text}}`, `class Part {${text}\nmethod() {}}`].some((whole) => {
    const { diagnostics = [] } = ts.transpileModule(whole, {
      reportDiagnostics: true,
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, experimentalDecorators: true },
    });
    return diagnostics.length === 0;
  });
}

function leadsSomewhere(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : normalize(join(dirname(from), path));
  if (!existsSync(file)) return false;
  const page = TEXTS.get(file);
  return anchor === undefined || page === undefined || anchorsOf(page).has(anchor);
}

/** The anchors of a page, as code hosts make them of its headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, words = '']) => words);
  return new Set(
    headings.map((words) =>
      words
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}
