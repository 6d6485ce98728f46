import type { Clock } from '../../../lib/clock.js';
import { parseConfig } from '../../../lib/config/schema.js';
import { authenticationAge } from '../../../lib/requirements/authentication-age.js';
import { parseRequirements } from '../../../lib/requirements/every-requirement.js';
import { holding, lacking } from './lacking.js';

const NOW = 1_800_000_000;

describe('acr', () => {
  it.each<[string | string[], unknown, boolean]>([
    ['mfa', 'mfa', true],
    [['phr', 'mfa'], 'mfa', true],
    ['urn:example:loa:2', 'urn:example:loa:2', true],
    ['mfa', 'MFA', false],
    ['mfa', 'mfa phr', false],
    ['mfa', ['mfa'], false],
    ['mfa', undefined, false],
    ['1', 1, false],
    ['mfa', { toString: () => 'mfa' }, false],
  ])('%j is met by the claim %j: %p', (acr, claim, met) => {
    expect(lacking({ acr }, holding({ claims: { acr: claim } }))).toBe(met ? undefined : 'insufficient_authentication_context');
  });

  it('is named in the challenge, in the order of preference', () => {
    const [demand] = parseRequirements({ acr: ['phr', 'mfa'] });
    expect(demand?.challenge).toMatchObject({ acr_values: 'phr mfa' });
  });

  it.each<[unknown, RegExp]>([
    [[], /acr: is empty/],
    ['', /acr: must not be empty/],
    ['two words', /no spaces/],
    ['a"b', /no spaces, quotes/],
    [7, /acr: must be a value of acr or a list of values/],
    [['mfa', 7], /acr\[1\]/],
  ])('refuses %j at boot', (acr, message) => {
    expect(() => parseRequirements({ acr })).toThrow(message);
  });
});

describe('maxAuthAge', () => {
  const demandAt = (seconds: number, maxAuthAge: unknown = 300) => {
    const clock: Clock = { wall: () => seconds * 1000, monotonic: () => 0 };
    return parseConfig(authenticationAge(clock).schema, maxAuthAge);
  };

  it.each<[unknown, string | undefined]>([
    [NOW, undefined],
    [NOW - 300, undefined],
    [NOW - 301, 'authentication_too_old'],
    [NOW + 60, undefined],
    [NOW + 61, 'authentication_time_unknown'],
    [NOW * 1000, 'authentication_time_unknown'],
    [undefined, 'authentication_time_unknown'],
    [String(NOW), 'authentication_time_unknown'],
    [Number.NaN, 'authentication_time_unknown'],
    [Number.NEGATIVE_INFINITY, 'authentication_time_unknown'],
  ])('compares an auth_time of %p with the clock: %p', (auth_time, reason) => {
    // A strategy written in JavaScript may have anything in its claims.
    const principal = { ...holding({}), claims: { auth_time } };
    expect(demandAt(NOW).unmet(principal)).toBe(reason);
  });

  it('is compared anew each time', () => {
    let now = NOW;
    const demand = parseConfig(authenticationAge({ wall: () => now * 1000, monotonic: () => 0 }).schema, 300);
    const principal = holding({ claims: { auth_time: NOW } });
    expect(demand.unmet(principal)).toBeUndefined();
    now += 301;
    expect(demand.unmet(principal)).toBe('authentication_too_old');
  });

  it('is named in the challenge', () => {
    expect(demandAt(NOW).challenge).toMatchObject({ max_age: '300' });
  });

  it('may be one second', () => {
    expect(demandAt(NOW, 1).unmet(holding({ claims: { auth_time: NOW - 1 } }))).toBeUndefined();
    expect(demandAt(NOW, 1).unmet(holding({ claims: { auth_time: NOW - 2 } }))).toBe('authentication_too_old');
  });

  it.each([0, -1, 1.5, Number.POSITIVE_INFINITY, '300', null])('refuses %p at boot', (maxAuthAge) => {
    expect(() => parseRequirements({ maxAuthAge })).toThrow(/maxAuthAge/);
  });

  it('is asked with acr before the scopes', () => {
    const requirements = { scopes: 'a', acr: 'mfa', maxAuthAge: 10 };
    expect(lacking(requirements, holding({}))).toBe('insufficient_authentication_context');
    expect(lacking(requirements, holding({ claims: { acr: 'mfa' } }))).toBe('authentication_time_unknown');
    expect(lacking(requirements, holding({ claims: { acr: 'mfa', auth_time: Date.now() / 1000 } }))).toBe('insufficient_scope');
  });

  it('is not met by a principal without claims', () => {
    const principal = { ...holding({}), claims: undefined } as never;
    expect(lacking({ maxAuthAge: 10 }, principal)).toBe('authentication_time_unknown');
    expect(lacking({ acr: 'mfa' }, principal)).toBe('insufficient_authentication_context');
  });
});
