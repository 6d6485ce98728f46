import { withClientDefaults } from '../../../lib/outgoing/client-defaults.js';

const DEFAULTS = { timeout: 3, customHeaders: { 'X-Tenant': 'a', 'x-other': 'b' } };

describe('the defaults of clientConfig', () => {
  it('are filled in field by field, and the nearer one wins', () => {
    expect(withClientDefaults({ url: 'u', clientConfig: { timeout: 1, allowHttp: true } }, ['clientConfig'], DEFAULTS)).toEqual({
      url: 'u',
      clientConfig: { ...DEFAULTS, timeout: 1, allowHttp: true },
    });
  });

  it('are the clientConfig where there is none', () => {
    expect(withClientDefaults({ a: { url: 'u' } }, ['a', 'clientConfig'], DEFAULTS)).toEqual({ a: { url: 'u', clientConfig: DEFAULTS } });
  });

  it('unite header fields by name, whatever its case', () => {
    const { clientConfig } = withClientDefaults({ clientConfig: { customHeaders: { 'x-tenant': 'mine' } } }, ['clientConfig'], DEFAULTS);
    expect(clientConfig.customHeaders).toEqual({ 'x-tenant': 'mine', 'x-other': 'b' });
  });

  it('make nothing of what is missing or wrong, which its own check reports', () => {
    for (const given of [
      undefined,
      null,
      'text',
      [],
      {},
      { a: undefined },
      { a: null },
      { a: 1 },
      { a: { clientConfig: undefined } },
      { a: { clientConfig: 1 } },
    ])
      expect(withClientDefaults(given, ['a', 'clientConfig'], DEFAULTS)).toStrictEqual(given);
  });

  it.each([
    ['no defaults', undefined, { timeout: 1 }, { timeout: 1 }],
    ['defaults without header fields', { timeout: 3 }, { customHeaders: { a: 'b' } }, { timeout: 3, customHeaders: { a: 'b' } }],
    ['neither with header fields', { timeout: 3 }, { allowHttp: true }, { timeout: 3, allowHttp: true }],
    ['header fields without a value', DEFAULTS, { customHeaders: undefined }, { timeout: 3, customHeaders: undefined }],
    ['header fields that are wrong', DEFAULTS, { customHeaders: 'x' }, { timeout: 3, customHeaders: 'x' }],
  ])('may be, and may meet: %s', (_what, defaults, clientConfig, expected) => {
    const filled: unknown = withClientDefaults({ clientConfig }, ['clientConfig'], defaults);
    expect(filled).toStrictEqual({ clientConfig: expected });
  });

  it('change no object of the application', () => {
    const config = Object.freeze({ clientConfig: Object.freeze({ timeout: 1 }) });
    withClientDefaults(config, ['clientConfig'], DEFAULTS);
    expect(config).toEqual({ clientConfig: { timeout: 1 } });
  });
});
