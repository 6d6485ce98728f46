import type { AuthRequest } from '../../../lib/http/auth-request.js';
import { mayUseAmbientCredentials } from '../../../lib/http/origin.js';
import { createPrincipal } from '../../../lib/principal.js';
import type { Authenticator, Verdict } from '../../../lib/strategies/strategy.js';
import { withoutCrossSite } from '../../../lib/transport/ambient-credentials.js';
import { basic } from '../../support/users-file.js';

const ACCEPTED: Verdict = { outcome: 'accepted', principal: createPrincipal({ scheme: 'any', method: 'any', username: 'alice' }) };
const FOREIGN = { outcome: 'rejected', reason: 'cross_site_request' };
const OWN = 'https://app.example.com';

type Kind = Partial<Pick<Authenticator, 'credentials'>> & { readonly challenge: string; readonly second?: string };

const PASSWORD: Kind = { challenge: 'Basic' };
const CERTIFICATE: Kind = { challenge: 'ClientCertificate', credentials: [{ kind: 'certificate' }] };
const COOKIE: Kind = { challenge: 'Session', credentials: [{ kind: 'cookie', name: 'sid' }] };
const COOKIE_OR_HEADER: Kind = {
  challenge: 'Session',
  credentials: [
    { kind: 'header', name: 'x-session' },
    { kind: 'cookie', name: 'sid' },
  ],
};
const DEVICE: Kind = { challenge: 'Device', credentials: [{ kind: 'certificate' }] };
const TOKEN_OR_PASSWORD: Kind = { challenge: 'Bearer', second: 'Basic' };
const KEY: Kind = { challenge: 'ApiKey', credentials: [{ kind: 'header', name: 'x-api-key' }] };
const TOKEN: Kind = { challenge: 'Bearer' };

/** Asks about a request; the authenticator answers at once or later. */
function trial({ challenge, second, credentials }: Kind, verdict: Verdict | Promise<Verdict>) {
  const methods: string[] = [];
  const authenticator: Authenticator = {
    challenges: [challenge, second].flatMap((scheme) => (scheme === undefined ? [] : { scheme })),
    ...(credentials && { credentials }),
    authenticate: (_, asked) => {
      methods.push(String(asked));
      return verdict;
    },
  };
  const authenticate = withoutCrossSite(
    (each, request, asked) => each.authenticate(request, asked),
    (request) => !mayUseAmbientCredentials(request, new Set([OWN])),
  );
  const ask = (headers: AuthRequest['headers'], method = 'POST') =>
    authenticate(authenticator, { method, headers, rawHeaders: Object.entries(headers).flat() as string[] }, 'safe');
  return { ask, methods };
}

const FROM_ELSEWHERE: readonly AuthRequest['headers'][] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
];

describe('what a browser sends by itself', () => {
  it.each([
    ['a password', PASSWORD],
    ['a certificate', CERTIFICATE],
    ['a cookie', COOKIE],
    ['a cookie, or a header field', COOKIE_OR_HEADER],
    ['the certificate of a device', DEVICE],
    ['a token or a password', TOKEN_OR_PASSWORD],
  ])('does not count from another site: %s', async (_, kind) => {
    const authorization = basic('alice', 'alice@123');
    for (const from of FROM_ELSEWHERE) {
      expect(await trial(kind, ACCEPTED).ask({ ...from, authorization })).toMatchObject(FOREIGN);
      expect(await trial(kind, Promise.resolve(ACCEPTED)).ask({ ...from, authorization })).toMatchObject(FOREIGN);
    }
    for (const from of [{ origin: OWN }, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }])
      expect(await trial(kind, ACCEPTED).ask({ ...from, authorization })).toBe(ACCEPTED);
  });

  it.each([
    ['a token', TOKEN],
    ['an API key', KEY],
  ])('is not %s: a page must write it itself', async (_, kind) => {
    for (const from of FROM_ELSEWHERE) expect(await trial(kind, ACCEPTED).ask(from)).toBe(ACCEPTED);
  });

  it('is not looked at where it is a password: another site cannot try passwords', () => {
    const { ask, methods } = trial(PASSWORD, ACCEPTED);
    ask({ origin: 'https://evil.example', authorization: basic('alice', 'a guess') });
    expect(methods).toEqual([]);
  });

  it.each([CERTIFICATE, COOKIE])('is found without an Authorization field, and does not count from another site: %j', (kind) => {
    expect(trial(kind, ACCEPTED).ask({ origin: 'https://evil.example' })).toMatchObject(FOREIGN);
  });

  it('is absent where it is not sent: another way to authenticate may follow', () => {
    expect(trial(PASSWORD, ACCEPTED).ask({ origin: 'https://evil.example' })).toEqual({ outcome: 'absent' });
    expect(trial(CERTIFICATE, { outcome: 'absent' }).ask({ origin: 'https://evil.example' })).toEqual({ outcome: 'absent' });
  });

  it('does not count in a GET request that says nothing of its origin', async () => {
    const authorization = basic('alice', 'alice@123');
    expect(await trial(PASSWORD, ACCEPTED).ask({ authorization }, 'GET')).toMatchObject(FOREIGN);
    expect(await trial(PASSWORD, ACCEPTED).ask({ authorization }, 'POST')).toBe(ACCEPTED);
  });
});
