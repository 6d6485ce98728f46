import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { AuthConfigurationError, type EnvironmentReader, fromEnvironment } from 'nest-service-auth';
import { withoutHelp } from '../../support/without-help.js';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const mistakeOf = (source: Record<string, string>, build: (env: EnvironmentReader) => unknown): AuthConfigurationError => {
  try {
    fromEnvironment(source, build);
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

const missing = (name: string) =>
  `has no value: the environment variable ${name} is not set, or is empty. Set it, or set ${name}_FILE to the path of a file that holds the value.`;

describe('fromEnvironment', () => {
  it('reads variables, and what the variable with _FILE names, without the line breaks at its end', () => {
    const source = { ISSUER: 'https://sts.test', SECRET_FILE: fileOf('secret', ' s3cret\r\nlines\r\n\n') };
    expect(fromEnvironment(source, (env) => [env('ISSUER'), env('SECRET')])).toEqual(['https://sts.test', ' s3cret\r\nlines']);
  });

  it('reads a service with get(), as ConfigService is', () => {
    expect(fromEnvironment({ get: (name: string) => `value of ${name}`.replace(/.*_FILE/, '') }, (env) => env('A'))).toBe('value of A');
  });

  it('takes null of a service for no value, and leaves its errors as they are', () => {
    expect(fromEnvironment({ get: () => null }, (env) => [env.has('A'), env('A', 'a')])).toEqual([false, 'a']);
    const error = new Error('the vault is sealed');
    const sealed = {
      get: () => {
        throw error;
      },
    };
    expect(() => fromEnvironment(sealed, (env) => env('A'))).toThrow(error);
  });

  it('takes the fallback where a variable is missing or empty', () => {
    expect(fromEnvironment({ B: '' }, (env) => [env('A', 'a'), env('B', 'b')])).toEqual(['a', 'b']);
  });

  it('says whether a variable has a value, for fields that are left out otherwise', () => {
    const source = { A: 'a', B_FILE: '/run/secrets/b', C: '', D_FILE: '' };
    expect(fromEnvironment(source, (env) => ['A', 'B', 'C', 'D', 'E'].map((name) => env.has(name)))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('names every variable that is missing, and the option that it is for', () => {
    const { problems } = mistakeOf({ EMPTY: '' }, (env) => ({
      realm: env('REALM'),
      schemes: { sts: { jwtValidatorConfig: { issuer: `https://${env('HOST')}/realm`, audience: ['orders', env('EMPTY')] } } },
    }));
    expect(problems).toEqual([
      { path: 'realm', message: missing('REALM') },
      { path: 'schemes.sts.jwtValidatorConfig.issuer', message: missing('HOST') },
      { path: 'schemes.sts.jwtValidatorConfig.audience[1]', message: missing('EMPTY') },
    ]);
  });

  it('names every option that a missing variable is for', () => {
    const { problems } = mistakeOf({}, (env) => {
      const issuer = env('ISSUER');
      return { a: { issuer }, b: { issuer } };
    });
    expect(problems.map(({ path }) => path)).toEqual(['a.issuer', 'b.issuer']);
  });

  it('names the variable where the option cannot be found, and where the builder fails because of it', () => {
    expect(mistakeOf({}, (env) => ({ port: env('PORT').length })).problems).toEqual([{ path: '', message: missing('PORT') }]);
    const mistake = mistakeOf({}, (env) => ({ url: new URL(env('URL')) }));
    expect(mistake.problems).toEqual([{ path: '', message: missing('URL') }]);
    expect(mistake.cause).toMatchObject({ code: 'ERR_INVALID_URL' });
  });

  it('looks for the option in lists and plain objects alone, of any prototype or none, and past null', () => {
    class Store {
      constructor(readonly key: string) {}
    }
    const { problems } = mistakeOf({}, (env) => ({
      cacheConfig: null,
      store: new Store(env('STORE')),
      plain: Object.assign(Object.create(null), { key: env('PLAIN') }),
    }));
    expect(problems).toEqual([
      { path: '', message: missing('STORE') },
      { path: 'plain.key', message: missing('PLAIN') },
    ]);
  });

  it('survives options that lead back to themselves', () => {
    const { problems } = mistakeOf({}, (env) => {
      const options: Record<string, unknown> = { realm: env('REALM') };
      options.self = options;
      return options;
    });
    expect(problems.map(({ path }) => path)).toEqual(['realm']);
  });

  it('refuses a variable that is set in both ways, also where there is a fallback', () => {
    const source = { SECRET: 's3cret', SECRET_FILE: fileOf('both', 's3cret') };
    expect(mistakeOf(source, (env) => ({ secret: env('SECRET', 'x') })).problems).toEqual([
      { path: 'secret', message: 'SECRET and SECRET_FILE are both set: remove one of them.' },
    ]);
  });

  it.each<[string, string, string]>([
    ['a file that is not there', join(folder, 'none'), 'there is no such file.'],
    ['a directory', folder, 'it is a directory.'],
    ['an empty file', fileOf('empty', ''), 'it is empty.'],
    ['a file of blanks and line breaks', fileOf('blank', ' \n\n'), 'it is empty.'],
    ['a file that is not UTF-8', fileOf('octets', Buffer.from([0xff, 0xfe, 0x00])), 'it is not UTF-8.'],
    [
      'a secret in place of the path',
      'hunter2hunter2',
      `there is no such file. The path is relative to the working directory, ${process.cwd()}.`,
    ],
  ])('refuses %s, also where there is a fallback, and does not repeat the path', (_, file, reason) => {
    const mistake = mistakeOf({ SECRET_FILE: file }, (env) => ({ secret: env('SECRET', 'fallback') }));
    expect(withoutHelp(mistake)).toBe(`secret: cannot read the file that SECRET_FILE names: ${reason}`);
  });

  it('refuses what is not text, without repeating it', () => {
    const source = { get: (name: string) => (name === 'SECRET' ? 12_345 : undefined) };
    expect(() => fromEnvironment(source, (env) => ({ secret: env('SECRET') }))).toThrow(
      new AuthConfigurationError('secret: SECRET must be a string, not a number.'),
    );
  });

  it('waits for an asynchronous builder', async () => {
    await expect(fromEnvironment({ A: 'a' }, async (env) => env('A'))).resolves.toBe('a');
    await expect(fromEnvironment({}, async (env) => ({ realm: env('A') }))).rejects.toThrow(`realm: ${missing('A')}`);
  });

  it('waits for a builder whose promise is of another realm', async () => {
    const elsewhere = runInNewContext('async (build) => build()');
    await expect(fromEnvironment({ A: 'a' }, (env) => elsewhere(() => env('A')))).resolves.toBe('a');
    await expect(fromEnvironment({}, (env) => elsewhere(() => ({ realm: env('A') })))).rejects.toThrow(`realm: ${missing('A')}`);
  });

  it('leaves errors of the builder as they are where no variable is missing', async () => {
    const error = new Error('the database is down');
    const fail = () => {
      throw error;
    };
    expect(() => fromEnvironment({}, fail)).toThrow(error);
    await expect(fromEnvironment({}, () => Promise.reject(error))).rejects.toBe(error);
  });

  it('takes nothing that the source inherits', () => {
    expect(fromEnvironment({}, (env) => [env.has('toString'), env('constructor', 'x')])).toEqual([false, 'x']);
  });
});
