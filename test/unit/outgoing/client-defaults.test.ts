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
      expect(withClientDefaults(given, ['a', 'clientConfig'], DEFAULTS)).toEqual(given);
  });

  it('change no object of the application', () => {
    const config = Object.freeze({ clientConfig: Object.freeze({ timeout: 1 }) });
    withClientDefaults(config, ['clientConfig'], DEFAULTS);
    expect(config).toEqual({ clientConfig: { timeout: 1 } });
  });
});
