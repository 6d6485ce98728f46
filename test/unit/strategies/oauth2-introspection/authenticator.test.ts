import { inspect } from 'node:util';
import { AuthUnavailableError } from '../../../../lib/errors.js';
import { requestOfAuthorization } from '../../../../lib/http/auth-request.js';
import type { FakeClock } from '../../../support/fake-clock.js';
import { FakeNetwork, json, surroundings } from './fake-endpoint.js';

const URL_ = 'https://idp.example/introspect';
const bearer = (token: string) => requestOfAuthorization(`Bearer ${token}`);

describe('the introspection authenticator', () => {
  let network: FakeNetwork;
  let clock: FakeClock;
  let warnings: string[];
  let prepare: ReturnType<typeof surroundings>['prepare'];
  beforeEach(() => {
    network = new FakeNetwork();
    ({ clock, warnings, prepare } = surroundings(network));
  });
  const inSeconds = (seconds: number) => clock.now / 1000 + seconds;

  describe('without asking anybody', () => {
    afterEach(() => expect(network.asked).toEqual([]));

    it('knows that there are no credentials, or another scheme’s', async () => {
      const authenticator = await prepare({ url: URL_ });
      expect(authenticator.authenticate(requestOfAuthorization(undefined))).toEqual({ outcome: 'absent' });
      expect(authenticator.authenticate(requestOfAuthorization('Basic YTpi'))).toEqual({ outcome: 'absent' });
      expect(authenticator.challenges).toEqual([{ scheme: 'Bearer' }]);
    });

    it.each(['', 'a b', 'a&token=b', 'a%26b', 'ä', '=a', 'a\tb'])('refuses %j, which is no token', async (token) => {
      const authenticator = await prepare({ url: URL_ });
      expect(authenticator.authenticate(bearer(token))).toMatchObject({ outcome: 'rejected', reason: 'malformed_credentials' });
    });
  });

  it('encodes what a token consists of, and adds its own parameters', async () => {
    const authenticator = await prepare({ url: URL_, tokenTypeHint: 'access_token', optionalParams: { client: 'a&b=c' } });
    await authenticator.authenticate(bearer('a+/b=='));
    const [asked] = network.asked;
    expect(asked?.url.href).toBe(URL_);
    expect(asked?.method).toBe('POST');
    expect(asked?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' });
    expect(asked?.body).toBe('token=a%2B%2Fb%3D%3D&token_type_hint=access_token&client=a%26b%3Dc');
  });

  it.each([
    ['that the token should be an access token, unless told otherwise', {}, 'token=t&token_type_hint=access_token'],
    ['what the config says that the token is', { tokenTypeHint: 'jwt' }, 'token=t&token_type_hint=jwt'],
    ['nothing about it, if that is written out', { tokenTypeHint: null }, 'token=t'],
  ])('says to the endpoint %s', async (_what, config, body) => {
    const authenticator = await prepare({ url: URL_, ...config });
    await authenticator.authenticate(bearer('t'));
    expect(network.asked[0]?.body).toBe(body);
  });

  it('asks about every request where nothing is to be remembered', async () => {
    const authenticator = await prepare({ url: URL_ });
    network.answer = () => json({ active: true, sub: 'alice' });
    expect(await authenticator.authenticate(bearer('t'))).toMatchObject({ outcome: 'accepted', principal: { username: 'alice' } });
    network.answer = () => json({ active: false });
    expect(await authenticator.authenticate(bearer('t'))).toEqual({ outcome: 'rejected', reason: 'inactive' });
  });

  it('asks once for identical tokens that are under way, and once for each other one', async () => {
    const authenticator = await prepare({ url: URL_ });
    network.answer = ({ form }) => json({ active: true, sub: form.token });
    const verdicts = await Promise.all(['t', 't', 'u', 't'].map((token) => authenticator.authenticate(bearer(token))));
    expect(network.asked.map(({ form }) => form.token)).toEqual(['t', 'u']);
    expect(verdicts).toMatchObject(['t', 't', 'u', 't'].map((username) => ({ principal: { username } })));
  });

  describe('with a cache', () => {
    it('gives the same frozen verdict at once, not as a promise', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: {} });
      network.answer = () => json({ active: true, sub: 'alice', exp: inSeconds(60) });
      const first = await authenticator.authenticate(bearer('t'));
      expect(authenticator.authenticate(bearer('t'))).toBe(first);
      expect(Object.isFrozen(first)).toBe(true);
      expect(network.asked).toHaveLength(1);
    });

    it.each([
      ['exp', { exp: 30 }, {}, 30],
      ['defaultTokenExpTime, where there is no exp', {}, { defaultTokenExpTime: 20 }, 20],
      ['an hour, where nothing is said', {}, {}, 3600],
      ['defaultMaxAge', { exp: 600 }, { cacheConfig: { defaultMaxAge: 15 } }, 15],
      ['exp, where defaultMaxAge is longer', { exp: 30 }, { cacheConfig: { defaultMaxAge: 60 } }, 30],
      ['exp, where it is later than an hour', { exp: 7200 }, {}, 7200],
      ['exp, whatever the clock skew', { exp: 30 }, { clockSkew: 60 }, 30],
    ])('remembers no longer than %s', async (_what, { exp }: { exp?: number }, config, life) => {
      const authenticator = await prepare({ url: URL_, cacheConfig: {}, ...config });
      const answer = { active: true, sub: 'alice', ...(exp !== undefined && { exp: inSeconds(exp) }) };
      network.answer = () => json(answer);
      await authenticator.authenticate(bearer('t'));
      clock.now += life * 1000 - 1;
      expect(authenticator.authenticate(bearer('t'))).not.toBeInstanceOf(Promise);
      clock.now += 1;
      await authenticator.authenticate(bearer('t'));
      expect(network.asked).toHaveLength(2);
    });

    it('counts the life of an answer from the question on', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: {}, defaultTokenExpTime: 20 });
      network.answer = () => {
        clock.now += 4_000;
        return json({ active: true });
      };
      await authenticator.authenticate(bearer('t'));
      clock.now += 16_000;
      await authenticator.authenticate(bearer('t'));
      expect(network.asked).toHaveLength(2);
    });

    it.each([
      ['ten seconds', {}, 10],
      ['ten seconds', { defaultMaxAge: -1 }, 10],
      ['ten seconds, where active ones live longer', { defaultMaxAge: 600 }, 10],
      ['no longer than active ones', { defaultMaxAge: 4 }, 4],
    ])('remembers that a token is not active for %s: %j', async (_what, cacheConfig, life) => {
      const authenticator = await prepare({ url: URL_, cacheConfig });
      await authenticator.authenticate(bearer('t'));
      clock.now += life * 1000 - 1;
      expect(authenticator.authenticate(bearer('t'))).toEqual({ outcome: 'rejected', reason: 'inactive' });
      clock.now += 1;
      network.answer = () => json({ active: true, sub: 'alice' });
      expect(await authenticator.authenticate(bearer('t'))).toMatchObject({ outcome: 'accepted' });
    });

    it('asks again as soon as a token that came too early begins', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: {} });
      const nbf = inSeconds(2);
      network.answer = () => json({ active: true, nbf });
      expect(await authenticator.authenticate(bearer('t'))).toMatchObject({ reason: 'not_yet_valid' });
      clock.now += 2_000;
      expect(await authenticator.authenticate(bearer('t'))).toMatchObject({ outcome: 'accepted' });
    });

    it('goes by the time since the question, and not by a wall clock that is set back', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: { defaultMaxAge: 60 } });
      network.answer = () => json({ active: true, sub: 'alice', exp: inSeconds(600) });
      await authenticator.authenticate(bearer('t'));
      network.answer = () => json({ active: false });
      await authenticator.authenticate(bearer('revoked'));
      clock.setBy(-3600);
      clock.passes(59.9);
      expect(authenticator.authenticate(bearer('t'))).not.toBeInstanceOf(Promise);
      clock.passes(0.1);
      expect(await authenticator.authenticate(bearer('t'))).toMatchObject({ reason: 'inactive' });
      network.answer = () => json({ active: true, sub: 'alice' });
      expect(await authenticator.authenticate(bearer('revoked'))).toMatchObject({ outcome: 'accepted' });
    });

    it('does not let bad tokens drive out good ones', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: { capacity: 2 } });
      network.answer = ({ form }) => json({ active: form.token === 'good' });
      for (const token of ['good', 'a', 'b', 'c', 'd']) await authenticator.authenticate(bearer(token));
      expect(authenticator.authenticate(bearer('good'))).toMatchObject({ outcome: 'accepted' });
      expect(authenticator.authenticate(bearer('c'))).toMatchObject({ outcome: 'rejected' });
      expect(authenticator.authenticate(bearer('b'))).toBeInstanceOf(Promise);
    });

    it('counts what it knew and what it asked', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: {} });
      for (const token of ['a', 'a', 'b']) await authenticator.authenticate(bearer(token));
      const dependency = { name: 'introspection', succeeded: 2, failed: 0, breaker: 'closed' };
      expect(authenticator.stats?.()).toEqual({ cache: { hits: 1, misses: 2 }, dependency });
      expect((await prepare({ url: URL_ })).stats?.()).toEqual({ dependency: { ...dependency, succeeded: 0 } });
    });

    it('remembers no failure', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: {} });
      network.answer = () => json({}, 500);
      await expect(authenticator.authenticate(bearer('t'))).rejects.toBeInstanceOf(AuthUnavailableError);
      network.answer = () => json({ active: true });
      expect(await authenticator.authenticate(bearer('t'))).toMatchObject({ outcome: 'accepted' });
    });

    it('holds nothing from which a token could be read', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: {} });
      network.answer = () => json({ active: true });
      await authenticator.authenticate(bearer('s3cr3t-token'));
      expect(inspect(authenticator, { depth: 20, showHidden: true })).not.toContain('s3cr3t-token');
    });

    it('refuses a token that is bound to a certificate when it comes without, remembered or not', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: {} });
      network.answer = () => json({ active: true, cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } });
      expect(await authenticator.authenticate(bearer('t'))).toMatchObject({ outcome: 'rejected', reason: 'certificate_mismatch' });
      expect(authenticator.authenticate(bearer('t'))).toMatchObject({ outcome: 'rejected', reason: 'certificate_mismatch' });
    });

    it('refuses a token that is bound to something that it cannot check', async () => {
      const authenticator = await prepare({ url: URL_ });
      network.answer = () => json({ active: true, cnf: { jkt: 'abc' } });
      expect(await authenticator.authenticate(bearer('t'))).toMatchObject({ outcome: 'rejected', reason: 'unsupported_confirmation' });
    });
  });

  describe('with an endpoint that fails', () => {
    const attempts = async (authenticator: Awaited<ReturnType<typeof prepare>>, count: number) => {
      const errors: unknown[] = [];
      for (let done = 0; done < count; done++)
        errors.push(await Promise.resolve(authenticator.authenticate(bearer(`t${done}`))).catch((error: unknown) => error));
      return errors;
    };

    it('stops asking after five failures in a row, says so once, and asks again by itself', async () => {
      const authenticator = await prepare({ url: URL_ });
      network.answer = () => {
        throw new AuthUnavailableError('nobody listens there');
      };
      const errors = await attempts(authenticator, 8);
      expect(errors.every((error) => error instanceof AuthUnavailableError)).toBe(true);
      expect(errors[7]).toMatchObject({ retryAfter: 5 });
      expect(network.asked).toHaveLength(5);
      expect(authenticator.health?.()).toEqual({ dependency: 'introspection', status: 'down', details: { breaker: 'open' } });
      clock.now += 5_000;
      await attempts(authenticator, 2);
      expect(warnings).toEqual([expect.stringMatching(/^sts \(oauth2IntrospectionConfig\): /)]);
      clock.now += 5_000;
      network.answer = () => json({ active: true });
      expect(await authenticator.authenticate(bearer('t'))).toMatchObject({ outcome: 'accepted' });
    });

    it('goes on asking when it is the tokens that provoke strange answers', async () => {
      const authenticator = await prepare({ url: URL_ });
      network.answer = ({ form }) => (form.token === 'good' ? json({ active: true }) : json({ error: 'invalid_request' }, 400));
      await attempts(authenticator, 20);
      expect(await authenticator.authenticate(bearer('good'))).toMatchObject({ outcome: 'accepted' });
    });

    it('shows in its health that no answer can be used, until one can', async () => {
      const authenticator = await prepare({ url: URL_ });
      network.answer = () => json('<!doctype html>');
      await attempts(authenticator, 4);
      expect(authenticator.health()).toEqual({ dependency: 'introspection', status: 'up', details: { breaker: 'closed' } });
      await attempts(authenticator, 1);
      const details = { breaker: 'closed', reason: 'unusable_answers' };
      expect(authenticator.health()).toEqual({ dependency: 'introspection', status: 'degraded', details });
      network.answer = () => json({ active: false });
      await attempts(authenticator, 1);
      expect(authenticator.health()).toMatchObject({ status: 'up' });
    });

    it('goes on giving what it remembers', async () => {
      const authenticator = await prepare({ url: URL_, cacheConfig: {} });
      network.answer = () => json({ active: true });
      await authenticator.authenticate(bearer('known'));
      network.answer = () => json({}, 503);
      await attempts(authenticator, 8);
      expect(authenticator.authenticate(bearer('known'))).toMatchObject({ outcome: 'accepted' });
    });

    it.each([
      ['401', () => json({}, 401)],
      ['400 invalid_client', () => json({ error: 'invalid_client' }, 400)],
      ['403 unauthorized_client', () => json({ error: 'unauthorized_client' }, 403)],
    ])('asks once when its own credentials are refused (%s), says so once, and shows it in its health', async (_what, refusal) => {
      const authenticator = await prepare({ url: URL_ });
      network.answer = refusal;
      const errors = await attempts(authenticator, 50);
      expect(errors.every((error) => error instanceof AuthUnavailableError)).toBe(true);
      expect(network.asked).toHaveLength(1);
      expect(authenticator.health()).toEqual({
        dependency: 'introspection',
        status: 'down',
        details: { breaker: 'open', reason: 'credentials_refused' },
      });
      for (let round = 0; round < 3; round++) {
        clock.passes(5);
        await attempts(authenticator, 10);
      }
      expect(network.asked).toHaveLength(4);
      expect(warnings).toEqual([
        expect.stringMatching(/^sts \(oauth2IntrospectionConfig\): .*credentials of this application.*clientConfig\.auth/),
      ]);
      network.answer = () => json({ active: false });
      clock.passes(5);
      await attempts(authenticator, 1);
      expect(authenticator.health()).toMatchObject({ status: 'up', details: { breaker: 'closed' } });
      network.answer = refusal;
      await attempts(authenticator, 2);
      expect(warnings).toHaveLength(3);
      expect(warnings[1]).toBe('sts (oauth2IntrospectionConfig): The introspection endpoint can be used again.');
    });
  });

  it('lets go of its connections when it is closed', async () => {
    const auth = { method: 'client_credentials', tokenUrl: 'https://idp.example/token', clientId: 'me', clientSecret: 's' };
    const authenticator = await prepare({ url: URL_, clientConfig: { auth } });
    await authenticator.close();
    expect(network.closed).toBe(2);
  });
});
