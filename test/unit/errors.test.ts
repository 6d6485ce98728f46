import { AuthConfigurationError, AuthUnavailableError } from 'nest-service-auth';

describe('a configuration error', () => {
  const error = new AuthConfigurationError([
    { path: 'url', message: 'must be a URL' },
    { path: '', message: 'says nothing' },
    { path: '[1]', message: 'is one too many' },
  ]);

  it('says every mistake in a line of its own, and keeps them for programs', () => {
    expect(error.message).toBe('url: must be a URL\nsays nothing\n[1]: is one too many');
    expect(error).toMatchObject({ name: 'AuthConfigurationError', code: 'ERR_AUTH_CONFIGURATION', problems: { length: 3 } });
  });

  it('can be seen from further out, with its cause', () => {
    const outer = new AuthConfigurationError(error.problems, { cause: 'why' }).within('schemes.sts');
    expect(outer.message).toBe('schemes.sts.url: must be a URL\nschemes.sts: says nothing\nschemes.sts[1]: is one too many');
    expect(outer.cause).toBe('why');
  });
});

describe('an unavailability', () => {
  it('has a stable code, a cause and perhaps a wait', () => {
    const error = new AuthUnavailableError('no answer', { cause: 'why', retryAfter: 7 });
    expect(error).toMatchObject({ name: 'AuthUnavailableError', code: 'ERR_AUTH_UNAVAILABLE', cause: 'why', retryAfter: 7 });
    expect(new AuthUnavailableError('no answer').retryAfter).toBeUndefined();
  });
});
