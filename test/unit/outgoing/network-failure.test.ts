import { describeFailure } from '../../../lib/outgoing/network-failure.js';

const withCode = (code: string, more: object = {}) => Object.assign(new Error('secret'), { code, ...more });

describe('why an exchange failed, in words', () => {
  it.each<[unknown, string]>([
    [withCode('ECONNREFUSED'), 'the connection was refused: no server listens on that port (ECONNREFUSED)'],
    [withCode('CERT_HAS_EXPIRED'), 'its certificate has expired (CERT_HAS_EXPIRED)'],
    [new Error('secret', { cause: withCode('ENOTFOUND') }), 'the host name does not exist (ENOTFOUND)'],
    [new AggregateError([withCode('ECONNRESET'), withCode('ENOTFOUND')], 'secret'), 'the connection was reset (ECONNRESET)'],
    [withCode('HPE_INVALID_CONSTANT', { name: 'HTTPParserError', data: 'secret' }), 'the answer is not HTTP/1.1 (HPE_INVALID_CONSTANT)'],
    [Object.assign(new Error('secret'), { name: 'HTTPParserError' }), 'the answer is not HTTP/1.1'],
    [withCode('ERR_SSL_WRONG_VERSION_NUMBER'), 'the TLS handshake failed (ERR_SSL_WRONG_VERSION_NUMBER)'],
    [withCode('EPROTO'), 'the TLS handshake failed (EPROTO)'],
    [withCode('EPROTONOSUPPORT'), 'the exchange failed (EPROTONOSUPPORT)'],
    [withCode('EHOSTUNREACH'), 'the exchange failed (EHOSTUNREACH)'],
    [new Error('Proxy response (502) !== 200 when HTTP Tunneling'), 'the proxy refused to connect to the server (502)'],
    [new Error('Proxy Authentication Required (407)'), 'the proxy wants a user name and a password, or others than those of its URL (407)'],
    [new Error('secret Proxy response (502)'), 'the exchange failed'],
    [{ message: 5 }, 'the exchange failed'],
    [new AggregateError([]), 'the exchange failed'],
    [new Error('secret', { cause: null }), 'the exchange failed'],
    ['secret', 'the exchange failed'],
    [null, 'the exchange failed'],
    [undefined, 'the exchange failed'],
  ])('of %p', (error, words) => {
    expect(describeFailure(error)).toBe(words);
  });
});
