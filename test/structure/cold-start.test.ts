import { build, type Metafile } from 'esbuild';

interface Loaded {
  /** Packages, as they are imported. */
  readonly packages: readonly string[];
  /** Files of lib/. */
  readonly files: readonly string[];
}

/** What importing an entry point loads at once, by the static imports of its files. */
async function loadedBy(entry: string): Promise<Loaded> {
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
  return {
    packages: [...files].flatMap((file) => staticImports(metafile, file, true)).map(({ path }) => path),
    files: [...files].flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {})),
  };
}

function staticImports({ outputs }: Metafile, file: string, ofPackages: boolean) {
  const imports = outputs[file]?.imports ?? [];
  return imports.filter(({ kind, external = false }) => kind === 'import-statement' && external === ofPackages);
}

describe('importing the main entry point', () => {
  let loaded: Loaded;

  beforeAll(async () => {
    loaded = await loadedBy('lib/index.ts');
  });

  it('is followed through all its files', () => {
    expect(loaded.packages).toEqual(expect.arrayContaining(['@nestjs/common', '@nestjs/core', 'zod']));
    expect(loaded.files).toEqual(expect.arrayContaining(['lib/index.ts', 'lib/transport/auth.guard.ts', 'lib/strategies/built-in.ts']));
  });

  it.each([
    'undici',
    'jose',
    'oauth4webapi',
    'smol-toml',
    '@eslint-community/regexpp',
    'ldapts',
    'node-forge',
    '@nestjs/microservices',
    '@nestjs/websockets',
    '@nestjs/testing',
  ])('does not load %s', (name) => {
    expect(loaded.packages.filter((path) => path === name || path.startsWith(`${name}/`))).toEqual([]);
  });

  it.each(['jwt', 'basic', 'oauth2-introspection', 'mutual-tls', 'api-key'])('does not load the strategy of %s', (name) => {
    expect(loaded.files.filter((file) => file.startsWith(`lib/strategies/${name}/`))).toEqual([]);
  });

  it.each(['access-control/pattern/', 'access-control/load-rules.ts', 'client/create-auth-clients.ts', 'outgoing/outgoing-client.ts'])(
    'does not load lib/%s, which only some applications need',
    (path) => {
      expect(loaded.files.filter((file) => file.startsWith(`lib/${path}`))).toEqual([]);
    },
  );
});
