import { build } from 'esbuild';

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
  const start = Object.keys(metafile.outputs).find((name) => metafile.outputs[name]?.entryPoint === entry) ?? '';
  const files = [start];
  const packages = new Set<string>();
  for (const file of files) {
    for (const { path, kind, external } of metafile.outputs[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external === true) packages.add(path);
      else if (!files.includes(path)) files.push(path);
    }
  }
  return [...packages];
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
