import { build, type Metafile } from 'esbuild';

/** The packages that importing an entry point loads at once, by the static imports of its files. */
async function loadedBy(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'out',
    write: false,
    metafile: true,
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, verbatimModuleSyntax: true } },
  });
  const start = Object.keys(metafile.outputs).filter((name) => metafile.outputs[name]?.entryPoint === entry);
  const files = new Set(start);
  // A set also visits what is added meanwhile.
  for (const file of files) for (const { path } of staticImports(metafile, file, false)) files.add(path);
  return [...files].flatMap((file) => staticImports(metafile, file, true)).map(({ path }) => path);
}

function staticImports({ outputs }: Metafile, file: string, ofPackages: boolean) {
  const imports = outputs[file]?.imports ?? [];
  return imports.filter(({ kind, external = false }) => kind === 'import-statement' && external === ofPackages);
}

describe('importing the main entry point', () => {
  let loaded: string[];

  beforeAll(async () => {
    loaded = await loadedBy('lib/index.ts');
  });

  it('is followed through all its files', () => {
    expect(loaded).toEqual(expect.arrayContaining(['@nestjs/common', '@nestjs/core', 'zod']));
  });

  it.each(['undici', 'jose', 'oauth4webapi', 'ldapts', 'node-forge', '@nestjs/microservices', '@nestjs/websockets', '@nestjs/testing'])(
    'does not load %s',
    (name) => {
      expect(loaded.filter((path) => path === name || path.startsWith(`${name}/`))).toEqual([]);
    },
  );
});
