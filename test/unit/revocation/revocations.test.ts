import { parseConfig } from '../../../lib/config/schema.js';
import { createPrincipal } from '../../../lib/principal.js';
import type { Revocation, RevocationConfig } from '../../../lib/revocation/revocation.js';
import { revocationConfig } from '../../../lib/revocation/revocation.schema.js';
import { holder, instance, passes, START, Store, stopTheTime } from './instances.js';

stopTheTime();

describe('a revocation', () => {
  it('of a token refuses this token alone', async () => {
    const revocations = await instance();
    await revocations.revoke({ jti: 'one' });
    expect(revocations.check(holder({ jti: 'one', iss: 'https://sts.example', iat: START }))).toBe(true);
    expect(revocations.check(holder({ jti: 'two', sid: 'one', sub: 'one' }))).toBe(false);
  });

  it('of a session refuses all its tokens', async () => {
    const revocations = await instance();
    for (const revocation of [{ jti: 'other' }, { sid: 's' }]) await revocations.revoke(revocation);
    expect([revocations.check(holder({ jti: 'a', sid: 's' })), revocations.check(holder({ jti: 's' }))]).toEqual([true, false]);
  });

  it('of a subject refuses the tokens that were issued before, and those that do not say when', async () => {
    const revocations = await instance();
    await revocations.revoke({ sub: 'anne', issuedBefore: 1000.2 });
    expect(revocations.check(holder({ sub: 'anne', iat: 1000 }))).toBe(true);
    expect(revocations.check(holder({ sub: 'anne', iat: 1001 }))).toBe(false);
    expect(revocations.check(holder({ sub: 'anne' }))).toBe(true);
    for (const iat of ['later', Number.NaN, Number.POSITIVE_INFINITY]) expect(revocations.check(holder({ sub: 'anne', iat }))).toBe(true);
    expect(revocations.check(holder({ sub: 'bert', iat: 1000 }))).toBe(false);
  });

  it('of a subject refuses a token of the second in which it is made', async () => {
    const revocations = await instance();
    await passes(0.5);
    await revocations.revoke({ sub: 'anne' });
    expect(revocations.check(holder({ sub: 'anne', iat: START }))).toBe(true);
    expect(revocations.check(holder({ sub: 'anne', iat: START + 1 }))).toBe(false);
  });

  it('for one issuer spares the tokens of others, and not those that name none', async () => {
    const revocations = await instance();
    await revocations.revoke({ sub: 'anne', issuer: 'https://a.example' });
    expect(revocations.check(holder({ sub: 'anne', iat: 1, iss: 'https://a.example' }))).toBe(true);
    expect(revocations.check(holder({ sub: 'anne', iat: 1, iss: 'https://b.example' }))).toBe(false);
    expect(revocations.check(holder({ sub: 'anne', iat: 1 }))).toBe(true);
    await revocations.revoke({ sub: 'anne', issuer: 'https://b.example' });
    for (const name of ['a', 'b']) expect(revocations.check(holder({ sub: 'anne', iat: 1, iss: `https://${name}.example` }))).toBe(true);
    expect(revocations.check(holder({ sub: 'anne', iat: 1, iss: 'https://c.example' }))).toBe(false);
  });

  it('refuses subjects and issuers that are numbers', async () => {
    const revocations = await instance();
    await revocations.revoke({ sub: '42' });
    expect(revocations.check(holder({ sub: 42 }))).toBe(true);
    expect(revocations.check(holder({ sub: 43 }))).toBe(false);
    expect(revocations.check(holder({ sub: ['42'] }))).toBe(false);
  });

  it('spares callers who have no token', async () => {
    const revocations = await instance();
    await revocations.revoke({ sub: 'anne' });
    expect(revocations.check(createPrincipal({ scheme: 'users', method: 'basic', username: 'anne' }))).toBe(false);
  });

  it('is kept with its longest end and its latest moment', async () => {
    const revocations = await instance();
    await revocations.revoke({ sub: 'anne', issuedBefore: 2000 });
    await revocations.revoke({ sub: 'anne', issuedBefore: 1000 });
    expect(revocations.check(holder({ sub: 'anne', iat: 1500 }))).toBe(true);
    await revocations.revoke({ jti: 'a', expiresAt: START + 50 });
    for (const expiresAt of [START + 150, START + 50]) await revocations.revoke({ jti: 'b', expiresAt });
    for (const expiresAt of [START + 50, START + 150]) await revocations.revoke({ jti: 'c', expiresAt });
    await passes(120);
    expect(['a', 'b', 'c'].map((jti) => revocations.check(holder({ jti })))).toEqual([false, true, true]);
    await passes(120);
    expect(revocations.check(holder({ jti: 'b' }))).toBe(false);
    expect(revocations.check(holder({ sub: 'anne', iat: 1500 }))).toBe(true);
  });

  it('of a token that has ended is none', async () => {
    const revocations = await instance();
    await revocations.revoke({ jti: 'a', expiresAt: START });
    expect(revocations.check(holder({ jti: 'a' }))).toBe(false);
    await revocations.revoke({ jti: 'a', expiresAt: START + 1 });
    expect(revocations.check(holder({ jti: 'a' }))).toBe(true);
  });

  it.each<[string, RevocationConfig, Revocation, object, number]>([
    ['a day', { onUnavailable: 'refuse' }, { sid: 's' }, { sid: 's' }, 86_400],
    ['a day', { onUnavailable: 'refuse' }, { jti: 'a' }, { jti: 'a' }, 86_400],
    ['as long as tokens live', { onUnavailable: 'refuse', maxTokenLifetime: 600 }, { sid: 's' }, { sid: 's' }, 600],
    [
      'as long from its moment on',
      { onUnavailable: 'refuse', maxTokenLifetime: 600 },
      { sub: 'a', issuedBefore: START + 600 },
      { sub: 'a' },
      1200,
    ],
    ['as long from now on', { onUnavailable: 'refuse', maxTokenLifetime: 600 }, { sub: 'a', issuedBefore: START - 600 }, { sub: 'a' }, 600],
  ])('is kept for %s: %j %j', async (_, config, revocation, claims, life) => {
    const revocations = await instance(undefined, config);
    await revocations.revoke(revocation);
    await passes(life - 1);
    expect(revocations.check(holder({ ...claims }))).toBe(true);
    await passes(1);
    expect(revocations.check(holder({ ...claims }))).toBe(false);
  });

  it('ends connections of its token, once', async () => {
    const revocations = await instance();
    const ended: string[] = [];
    revocations.whenRevoked(holder({ sid: 's' }), () => ended.push('one'));
    revocations.whenRevoked(holder({ sid: 't' }), () => ended.push('two'));
    revocations.whenRevoked(holder({ sid: 's' }), () => ended.push('three'))();
    await revocations.revoke({ sid: 's' });
    await revocations.revoke({ sid: 's' });
    expect(ended).toEqual(['one']);
  });

  it('ends a connection that is opened with its token, unless it has ended before', async () => {
    const revocations = await instance();
    await revocations.revoke({ sid: 's' });
    const ended: string[] = [];
    revocations.whenRevoked(holder({ sid: 's' }), () => ended.push('one'));
    revocations.whenRevoked(holder({ sid: 's' }), () => ended.push('two'))();
    expect(ended).toEqual([]);
    await passes(0);
    expect(ended).toEqual(['one']);
  });

  it('ends every connection of its token, also where one cannot be ended, which is reported', async () => {
    const revocations = await instance();
    const ended: string[] = [];
    revocations.whenRevoked(holder({ sid: 's' }), () => {
      throw new Error('it is gone');
    });
    revocations.whenRevoked(holder({ sid: 's' }), () => ended.push('two'));
    await revocations.revoke({ sid: 's' });
    expect(ended).toEqual(['two']);
    expect(revocations.lines.at(-1)).toBe('A connection whose token was revoked could not be ended: it is gone');
  });

  it.each([
    [{}, 'needs exactly one of jti, sid and sub'],
    [{ jti: 'a', sub: 'b' }, 'needs exactly one of jti, sid and sub'],
    [null, 'needs exactly one of jti, sid and sub'],
    ['jti', 'needs exactly one of jti, sid and sub'],
    [{ jti: '' }, 'AuthService.revoke().jti: must not be empty'],
    [{ sub: 'a', issuedBefore: START * 1000 }, 'must be seconds since the epoch, not milliseconds'],
    [{ sub: 'a', issuedBefore: -1 }, 'issuedBefore'],
    [{ sid: 'a', expiresAt: 1 }, 'expiresAt'],
  ])('of %j is a mistake', async (given, message) => {
    const revocations = await instance();
    await expect(revocations.revoke(given as never)).rejects.toThrow(message);
  });

  it('is a mistake without the option', async () => {
    expect((await instance(undefined, null)).lines).toEqual([]);
    const revocations = await instance(new Store(), null);
    expect([revocations.isOn, revocations.lines, revocations.check(holder({ jti: 'a' }))]).toEqual([false, [], false]);
    await expect(revocations.revoke({ jti: 'a' })).rejects.toThrow('needs the option revocation');
  });

  it('holds for this process alone without shared state, and the boot says so', async () => {
    expect((await instance()).lines).toEqual([expect.stringContaining('holds for this process alone')]);
    expect((await instance(new Store())).lines).toEqual([]);
  });

  it.each<[object, string]>([
    [{}, 'onUnavailable'],
    [{ onUnavailable: 'local' }, 'onUnavailable'],
    [{ onUnavailable: 'refuse', maxTokenLifetime: 0 }, 'must be a number of seconds, 1 or more'],
    [{ onUnavailable: 'refuse', maxTokenLifetime: 31_536_001 }, 'must be 31536000 seconds or less'],
    [{ onUnavailable: 'refuse', lifetime: 5 }, 'lifetime'],
  ])('cannot be configured with %j', (config, message) => {
    expect(() => parseConfig(revocationConfig, config)).toThrow(message);
    expect(parseConfig(revocationConfig, { onUnavailable: 'admit', maxTokenLifetime: 31_536_000 })).toHaveProperty('maxTokenLifetime');
  });
});
