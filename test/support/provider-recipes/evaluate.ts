import type { DynamicModule } from '@nestjs/common';
import * as library from 'nest-service-auth';
import ts from 'typescript';
import { RecordingSink } from '../app.js';

/** What stands around a recipe in a test. */
export interface Surroundings {
  /** How every call goes out: it leads to the servers of the test. */
  readonly outgoing: library.AuthModuleOptions['outgoing'];
  /** Directories that exist in production only, and what stands for each. */
  readonly directories: Readonly<Record<string, string>>;
}

/** Runs the code of a page as it stands, and returns the module that it exports as `authentication`. */
export function evaluate(code: string, { outgoing, directories }: Surroundings): DynamicModule {
  const located = Object.entries(directories).reduce((text, [from, to]) => text.replaceAll(from, to), code);
  const { outputText } = ts.transpileModule(located, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const known: Readonly<Record<string, object>> = { 'nest-service-auth': { ...library, AuthModule: moduleWith(outgoing) } };
  const load = (name: string) => {
    if (known[name] === undefined) throw new Error(`A recipe imports ${name}.`);
    return known[name];
  };
  const exported: { authentication?: DynamicModule } = {};
  new Function('require', 'exports', outputText)(load, exported);
  if (exported.authentication === undefined) throw new Error('A recipe exports no authentication.');
  return exported.authentication;
}

/** AuthModule, with the network of the test and a record of refusals beside the options of the recipe. */
function moduleWith(outgoing: Surroundings['outgoing']) {
  return {
    forRoot: (options: library.AuthModuleOptions): DynamicModule =>
      library.AuthModule.forRoot({ ...options, ...(outgoing !== undefined && { outgoing }), eventSink: RecordingSink }),
  };
}
