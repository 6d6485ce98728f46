import { AuthConfigurationError } from '../../../lib/errors.js';
import { parseEndpoint } from '../../../lib/outgoing/endpoint.js';

describe('the URL of an endpoint', () => {
  it.each([
    'https://idp.example.com/keys?x=1',
    'http://localhost:80/',
    'http://127.0.0.1/',
    'http://127.9.8.7/',
    'http://[::1]:1/',
    'http://sts.localhost/',
  ])('may be %s', (url) => {
    expect(parseEndpoint(url).href).toBe(new URL(url).href);
  });

  it.each([
    ['idp.example.com/keys', /absolute URL/],
    ['/keys', /absolute URL/],
    ['', /absolute URL/],
    ['https:idp.example.com', /absolute URL/],
    ['ftp://idp.example.com/', /absolute URL/],
    ['file:///etc/passwd', /absolute URL/],
    ['ftp://idp.example.com/https://', /absolute URL/],
    ['https://', /absolute URL/],
    ['https://client:secret@idp.example.com/', /user name/],
    ['https://client@idp.example.com/', /user name/],
    ['https://:secret@idp.example.com/', /user name/],
    ['https://idp.example.com/#keys', /fragment/],
    ['https://idp.example.com/#', /fragment/],
    ['http://idp.example.com/', /allowHttp/],
    ['http://localhost.example.com/', /allowHttp/],
    ['http://127.0.0.1.example.com/', /allowHttp/],
    ['http://0.0.0.0/', /allowHttp/],
  ])('may not be %s', (url, message) => {
    expect(() => parseEndpoint(url)).toThrow(AuthConfigurationError);
    expect(() => parseEndpoint(url)).toThrow(message);
  });

  it('does not repeat a password in its message', () => {
    expect(() => parseEndpoint('https://client:secret@idp.example.com/')).not.toThrow(/secret/);
  });

  it('may use http: where that was asked for', () => {
    expect(parseEndpoint('http://idp.example.com/', true).protocol).toBe('http:');
  });
});
