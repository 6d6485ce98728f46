import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuthConfigurationError } from 'nest-service-auth';
import {
  importPackage,
  loadPackage,
  MissingPackageError,
  type OptionalPackage,
  requirePackage,
} from '../../../lib/config/optional-package.js';

const NAMES: readonly OptionalPackage[] = ['@node-rs/argon2', '@node-rs/bcrypt', 'ldapts', 'node-forge'];
const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly peerDependencies: Readonly<Record<string, string>>;
};
const missing = (name: string) => new Error(`Cannot find package '${name}'`);

describe('an optional package', () => {
  it('is handed on as it was loaded, at once or later', async () => {
    const loaded = { version: 1 };
    expect(loadPackage('ldapts', 'LDAP', () => loaded)).toBe(loaded);
    expect(await loadPackage('ldapts', 'LDAP', async () => loaded)).toBe(loaded);
  });

  it('is found beside this module, imported or required', async () => {
    expect(await importPackage('ldapts', 'LDAP')).toHaveProperty('Client');
    expect(requirePackage('node-forge', 'PKCS#12')).toHaveProperty('pkcs12');
  });

  describe('where another program was started', () => {
    const [program = ''] = process.argv.slice(1);
    const ownError = globalThis.Error;
    afterEach(() => {
      process.argv[1] = program;
      globalThis.Error = ownError;
    });

    it('is found beside this module', () => {
      process.argv[1] = '/elsewhere/main.js';
      expect(requirePackage('node-forge', 'PKCS#12')).toHaveProperty('pkcs12');
    });

    it('is found beside the program, where the module has no file', () => {
      // No stack is written for it: as for code without a file.
      globalThis.Error = class extends ownError {
        override stack = '';
      } as ErrorConstructor;
      process.argv[1] = join(process.cwd(), 'main.js');
      expect(requirePackage('node-forge', 'PKCS#12')).toHaveProperty('pkcs12');
      process.argv[1] = '/elsewhere/main.js';
      expect(() => requirePackage('node-forge', 'PKCS#12')).toThrow('needs the optional package node-forge');
    });
  });

  it('is required without a trace in how errors are written', () => {
    const before = [Error.prepareStackTrace, Error.stackTraceLimit];
    requirePackage('node-forge', 'PKCS#12');
    expect([Error.prepareStackTrace, Error.stackTraceLimit]).toEqual(before);
    expect(new Error('x').stack).toMatch(/^Error: x\n +at .+\n +at /);
  });

  it.each(NAMES)('%s that is missing is reported with its versions, as package.json has them, and the cure', async (name) => {
    const message = `needs the optional package ${name} (${peerDependencies[name]}) for this, and cannot load it: npm install ${name}`;
    const load = () => {
      throw missing(name);
    };
    expect(() => loadPackage(name, 'this', load)).toThrow(message);
    const later = loadPackage(name, 'this', () => Promise.reject(missing(name)));
    await expect(later).rejects.toThrow(message);
    await expect(later).rejects.toBeInstanceOf(MissingPackageError);
    await expect(later).rejects.toMatchObject({ cause: missing(name) });
    await expect(later).rejects.toBeInstanceOf(AuthConfigurationError);
  });
});
