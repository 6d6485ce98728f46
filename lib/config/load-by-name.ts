import { Module } from 'node:module';

/**
 * Imports a package that need not be installed. The specifier is not a literal, and webpack is told to leave it alone: a bundle is built
 * without the package, and Node looks for it beside the bundle when it is needed.
 */
export function importByName(name: string): Promise<unknown> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ name);
}

/** Loads such a package where nothing can wait for it. (`createRequire` imported by that name would be evaluated by webpack when it builds.) */
export function requireByName(name: string): unknown {
  return Module.createRequire(thisFile())(name);
}

/**
 * The path or the `file:` URL of this file as it runs, bundled or not. The module's own `import.meta` says so too, but it is a syntax error where a
 * CommonJS Jest transforms this file. Where the call has no file, the program that was started stands in.
 */
function thisFile(): string {
  const { prepareStackTrace, stackTraceLimit } = Error;
  let found: string | null | undefined;
  Error.stackTraceLimit = 1;
  Error.prepareStackTrace = (_, [here]) => {
    found = here?.getFileName();
    return '';
  };
  void new Error().stack;
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  return found?.match(/^(?:file:|\/|[A-Za-z]:\\|\\\\)/) ? found : (process.argv[1] ?? process.execPath);
}
