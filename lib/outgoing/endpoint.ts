import { AuthConfigurationError } from '../errors.js';

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Parses the URL of an endpoint: absolute, `https:`, without credentials or a fragment. `http:` is accepted for this machine, and for
 * others only with `allowHttp`.
 *
 * @throws AuthConfigurationError without a path of its own: the caller knows the field.
 */
export function parseEndpoint(url: string, allowHttp = false): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:\/\//i.test(url))
    throw new AuthConfigurationError('must be an absolute URL that begins with https://, as https://idp.example.com/path.');
  // None of the messages repeats the URL: it may hold a secret.
  if (parsed.username !== '' || parsed.password !== '')
    throw new AuthConfigurationError('must not contain a user name or a password. Use clientConfig for credentials.');
  if (parsed.hash !== '' || url.endsWith('#')) throw new AuthConfigurationError('must not have a fragment (#…): it is never sent.');
  if (parsed.protocol === 'http:' && !allowHttp && !isLoopback(parsed.hostname))
    throw new AuthConfigurationError(
      'uses http: for another machine, so that requests and answers can be read and changed on the network. Use https:, or set allowHttp: true in clientConfig.',
    );
  return parsed;
}

/** Whether a URL's host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
