import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { pageNames, readPage } from '../../support/provider-recipes/page.js';

const HERE = 'test/e2e/providers';

/** The mistakes that the compiler finds in the code of all pages, by page. */
function mistakesIn(pages: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile('test/tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, 'test');
  const sources = new Map(pages.map((page) => [join(ts.sys.getCurrentDirectory(), HERE, `${page}.recipe.ts`), readPage(page).code]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => sources.has(file) || fileExists(file);
  host.readFile = (file) => sources.get(file) ?? readFile(file);
  host.getSourceFile = (file, target, ...rest) => {
    const text = sources.get(file);
    return text === undefined ? getSourceFile(file, target, ...rest) : ts.createSourceFile(file, text, target);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
  );
}

describe('the pages of docs/providers', () => {
  const pages = pageNames();

  it('are configurations that compile as they stand', () => {
    expect(mistakesIn(pages)).toEqual([]);
  }, 120_000);

  it('are all run by a test', () => {
    const tests = readdirSync(HERE).map((file) => readFileSync(join(HERE, file), 'utf8'));
    const run = tests.flatMap((text) => [...text.matchAll(/^ +page: '([\w-]+)',$/gm)].map(([, name]) => name));
    expect(run.sort()).toEqual(pages);
  });

  it('are all in the table', () => {
    const table = readFileSync('docs/providers/README.md', 'utf8');
    const listed = [...table.matchAll(/^\| \[[^\]]+\]\(([\w-]+)\.md\) \|/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(pages);
  });

  it('are short, and wrapped', () => {
    for (const page of pages) {
      const lines = readFileSync(`docs/providers/${page}.md`, 'utf8').split('\n');
      expect([page, lines.length < 90, lines.filter((line) => line.length > 140)]).toEqual([page, true, []]);
    }
  });
});
