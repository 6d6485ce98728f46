import { runInNewContext } from 'node:vm';
import { AuthConfigurationError, AuthUnavailableError } from 'nest-service-auth';
import { isA, propertyOf, textOf, within } from '../../lib/errors.js';
import { HOSTILE } from '../support/hostile.js';
import { withoutHelp } from '../support/without-help.js';

describe('a configuration error', () => {
  const error = new AuthConfigurationError([
    { path: 'url', message: 'must be a URL' },
    { path: '', message: 'says nothing' },
    { path: '[1]', message: 'is one too many' },
  ]);

  it('says every mistake in a line of its own, and keeps them for programs', () => {
    expect(withoutHelp(error)).toBe('url: must be a URL\nsays nothing\n[1]: is one too many');
    expect(error).toMatchObject({ name: 'AuthConfigurationError', code: 'ERR_AUTH_CONFIGURATION', problems: { length: 3 } });
  });

  it('can be seen from further out, with its cause', () => {
    const outer = new AuthConfigurationError(error.problems, { cause: 'why' }).within('schemes.sts');
    expect(withoutHelp(outer)).toBe('schemes.sts.url: must be a URL\nschemes.sts: says nothing\nschemes.sts[1]: is one too many');
    expect(outer.cause).toBe('why');
  });

  it('is moved where it is reported by a promise of another realm, too', async () => {
    const elsewhere: (thrown: unknown) => Promise<unknown> = runInNewContext('async (thrown) => { throw thrown }');
    await expect(within('schemes', () => elsewhere(error))).rejects.toThrow('schemes.url: must be a URL');
  });

  it('ends with the place of the explanation of each kind of mistake, once', () => {
    const help = (kind: string) => `\n[${kind}] node_modules/nest-service-auth/docs/errors.md#${kind}`;
    expect(error.message).toMatch(new RegExp(`one too many${help('wrong-value').replaceAll(/[[\].]/g, '\\$&')}$`));
    const two = new AuthConfigurationError([
      { path: 'a', message: 'is not a known field.' },
      { path: 'b', message: 'is not a known field.' },
      { path: 'c', message: 'has requirements but no entries to inherit: …' },
    ]);
    expect(two.message.endsWith(`inherit: …${help('unknown-name')}${help('nothing-to-inherit')}`)).toBe(true);
    expect(two.within('auth').message.split('#unknown-name')).toHaveLength(2);
    expect(new AuthConfigurationError('Something else.').message).toBe(`Something else.${help('configuration')}`);
  });
});

describe('an unavailability', () => {
  it('has a stable code, a cause and perhaps a wait', () => {
    const error = new AuthUnavailableError('no answer', { cause: 'why', retryAfter: 7 });
    expect(error).toMatchObject({ name: 'AuthUnavailableError', code: 'ERR_AUTH_UNAVAILABLE', cause: 'why', retryAfter: 7 });
    expect(new AuthUnavailableError('no answer').retryAfter).toBeUndefined();
  });
});

describe('the text of whatever was thrown', () => {
  it.each(HOSTILE)('is there, and does not throw: %s', (_, thrown) => {
    expect(typeof textOf(thrown())).toBe('string');
    expect(propertyOf(thrown(), 'retryAfter')).toBeUndefined();
    expect(typeof isA(thrown(), Error)).toBe('boolean');
  });

  it('is the message, or the code where there is none, and no longer than a log can bear', () => {
    expect(textOf(new Error('down'))).toBe('down');
    expect(textOf(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
    expect(textOf('plain')).toBe('plain');
    expect(textOf(new Error('x'.repeat(1e6))).length).toBeLessThan(1100);
  });

  it('of a configuration error keeps every line of it', () => {
    const problems = Array.from({ length: 100 }, (_, index) => ({ path: `[${index}]`, message: 'is wrong: '.repeat(3) }));
    expect(textOf(new AuthConfigurationError(problems)).split('\n')).toHaveLength(101);
  });
});

it('a configuration error shows what would hide or overwrite a part of it', () => {
  const nested = new AuthConfigurationError([{ path: 'url', message: 'the server says "\u001b[2J\u009b\u202e"' }]);
  expect(withoutHelp(nested)).toMatch(/^[ -~]+$/);
  expect(withoutHelp(nested.within('schemes.a\u0007'))).toMatch(/^[ -~]+$/);
});
