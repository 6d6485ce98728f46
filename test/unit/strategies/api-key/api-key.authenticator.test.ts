import type { AuthRequest, Verdict } from 'nest-service-auth';
import { parseConfig } from '../../../../lib/config/schema.js';
import { ApiKeyAuthenticator } from '../../../../lib/strategies/api-key/api-key.authenticator.js';
import { apiKeyStoreConfig } from '../../../../lib/strategies/api-key/api-key-store.schema.js';
import { readApiKeys } from '../../../../lib/strategies/api-key/api-keys.js';
import { makeKey } from '../../../support/api-keys-file.js';

const END = Date.UTC(2027, 0, 31);
const key = makeKey('billing', 'expires = 2027-01-31');
let now = END - 1;
const clock = { wall: () => now, monotonic: () => 0 };
const tables = { current: readApiKeys(key.table, 'Config.toml', 'partners'), close: () => undefined };
let authenticator: ApiKeyAuthenticator;
beforeEach(() => {
  authenticator = new ApiKeyAuthenticator(tables, 'x-api-key', clock);
});

/** A request with these header fields, as Node joins them. */
function request(...values: readonly string[]): AuthRequest {
  return { headers: { 'x-api-key': values.join(', ') }, rawHeaders: values.flatMap((value) => ['X-API-Key', value]) };
}
const reasonOf = (verdict: Verdict) => (verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome);

describe('an API key', () => {
  it('is good until it expires, and not a moment longer, although it was accepted before', () => {
    expect(reasonOf(authenticator.authenticate(request(key.key)))).toBe('accepted');
    now = END;
    expect(reasonOf(authenticator.authenticate(request(key.key)))).toBe('expired');
    now = END - 1;
  });

  it('is not told from a wrong one by its end: only the right key learns that it has expired', () => {
    now = END;
    expect(reasonOf(authenticator.authenticate(request(makeKey('billing').key)))).toBe('bad_credentials');
    now = END - 1;
  });

  it.each([
    ['an unknown id', makeKey('nobody').key, 'bad_credentials'],
    ['another secret', makeKey('billing').key, 'bad_credentials'],
    ['another case', key.key.toUpperCase(), 'bad_credentials'],
    ['an id alone', 'billing', 'malformed_credentials'],
    ['a short secret', 'billing.abc', 'malformed_credentials'],
    ['a scheme before it', `ApiKey ${key.key}`, 'malformed_credentials'],
    ['a blank after it', `${key.key} `, 'malformed_credentials'],
    ['nothing in the field', '', 'malformed_credentials'],
    ['16 KiB', 'a'.repeat(16_384), 'malformed_credentials'],
  ])('with %s is refused', (_, value, reason) => {
    // The same secret in upper case is another one.
    expect(reasonOf(authenticator.authenticate(request(value)))).toBe(value === key.key.toUpperCase() ? 'bad_credentials' : reason);
  });

  it('that comes in several fields is refused, whatever each of them holds', () => {
    expect(reasonOf(authenticator.authenticate(request(key.key, makeKey('billing').key)))).toBe('several_api_keys');
    expect(reasonOf(authenticator.authenticate(request('', key.key)))).toBe('several_api_keys');
    const keptFirst = { headers: { 'x-api-key': key.key }, rawHeaders: ['x-api-key', key.key, 'X-API-KEY', 'other'] };
    expect(reasonOf(authenticator.authenticate(keptFirst))).toBe('several_api_keys');
    const list = { headers: { 'x-api-key': [key.key] }, rawHeaders: ['x-api-key', key.key] };
    expect(reasonOf(authenticator.authenticate(list))).toBe('several_api_keys');
  });

  it('counts in its own header field only', () => {
    const elsewhere = { headers: { authorization: `ApiKey ${key.key}` }, rawHeaders: ['Authorization', `ApiKey ${key.key}`] };
    expect(reasonOf(authenticator.authenticate(elsewhere))).toBe('absent');
    expect(reasonOf(authenticator.authenticate({ headers: {}, rawHeaders: [], url: `/?x-api-key=${key.key}` }))).toBe('absent');
  });

  it('is described by its header field', () => {
    expect(authenticator.credentials).toEqual([{ kind: 'header', name: 'x-api-key' }]);
  });

  it('is asked for by its scheme, and by what the caller lacks where it may not do this', () => {
    const denial = { reason: 'insufficient_scope', required: { scope: 'a b' } };
    expect(authenticator.challenges).toEqual([{ scheme: 'ApiKey' }]);
    expect(authenticator.onRejected()).toEqual({ challenge: { scheme: 'ApiKey' } });
    expect(authenticator.onForbidden(denial)).toEqual({ challenge: { scheme: 'ApiKey', params: { scope: 'a b' } } });
  });
});

it('an authenticator of API keys stops watching its file when it is closed', () => {
  let closed = 0;
  new ApiKeyAuthenticator({ ...tables, close: () => void closed++ }, 'x-api-key', clock).close();
  expect(closed).toBe(1);
});

it.each(['authorization', 'Authorization', 'PROXY-AUTHORIZATION', 'Cookie'])('the header field of API keys is not %s', (header) => {
  expect(() => parseConfig(apiKeyStoreConfig, { header })).toThrow('carries credentials in a form of its own');
  expect(parseConfig(apiKeyStoreConfig, { header: 'X-Api-Key' })).toEqual({ header: 'X-Api-Key' });
});
