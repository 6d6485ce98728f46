import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

/** The outputs of earlier runs, named by a hash of what they were made from. */
const CACHE = join(tmpdir(), `nest-service-auth-transpiled-${userInfo().uid}`);
const known = new Map<string, string>();
let options: ts.CompilerOptions | undefined;

/** The JavaScript that the build makes of a source file: imports of types only are gone. */
export function transpiled(file: string): string {
  const source = readFileSync(file, 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([ts.version, compilerOptions(), file, source]))
    .digest('hex');
  const text =
    known.get(key) ?? cached(key, () => ts.transpileModule(source, { fileName: file, compilerOptions: compilerOptions() }).outputText);
  known.set(key, text);
  return text;
}

function compilerOptions(): ts.CompilerOptions {
  if (options !== undefined) return options;
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const converted = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, sourceMap: false }, '.').options;
  options = { ...converted, module: ts.ModuleKind.ESNext };
  return options;
}

function cached(key: string, make: () => string): string {
  const path = join(CACHE, `${key}.js`);
  try {
    return readFileSync(path, 'utf8');
  } catch {
    const text = make();
    mkdirSync(CACHE, { recursive: true, mode: 0o700 });
    // Renamed when it is complete: other workers read and write the same folder.
    const temporary = join(CACHE, randomUUID());
    writeFileSync(temporary, text);
    renameSync(temporary, path);
    return text;
  }
}
