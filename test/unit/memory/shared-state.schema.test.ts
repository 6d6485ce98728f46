import type { SharedState } from 'nest-service-auth';
import { parseConfig } from '../../../lib/config/schema.js';
import { sharedStateSettings } from '../../../lib/memory/shared-state.schema.js';

const store: SharedState = {
  add: async () => true,
  get: async () => undefined,
  set: async () => undefined,
  increment: async () => 1,
};

describe('the option sharedState', () => {
  it('waits a quarter of a second, and refuses what needs a store that is unavailable, unless it says otherwise', () => {
    const settings = { store, timeout: 0.25, onUnavailable: { logins: 'refuse', dpop: 'refuse' } };
    for (const given of [store, { store }, { store, onUnavailable: {} }]) expect(parseConfig(sharedStateSettings, given)).toEqual(settings);
  });

  it('takes another time-out, and decides by this process where that is written out', () => {
    const parsed = parseConfig(sharedStateSettings, { store, timeout: 60, onUnavailable: { dpop: 'local' } });
    expect(parsed).toEqual({ store, timeout: 60, onUnavailable: { logins: 'refuse', dpop: 'local' } });
  });

  it.each(['add', 'get', 'set', 'increment'])('refuses a store without the method %s', (name) => {
    for (const value of [undefined, 'a text']) {
      const broken = { ...store, [name]: value };
      expect(() => parseConfig(sharedStateSettings, broken)).toThrow(/must have the methods add, get, set and increment/);
      expect(() => parseConfig(sharedStateSettings, { store: broken })).toThrow(/^store: must have the methods/);
    }
  });

  it.each([undefined, null, 'redis://localhost', true, {}, { store: null }])('refuses %p', (given) => {
    expect(() => parseConfig(sharedStateSettings, given)).toThrow(/must have the methods add, get, set and increment/);
  });

  it.each<[object, RegExp]>([
    [{ timeout: 0 }, /^timeout: must be a number of seconds above 0/],
    [{ timeout: 60.1 }, /^timeout: must be 60 seconds or less/],
    [{ onUnavailable: { logins: 'admit' } }, /^onUnavailable.logins: must be "refuse" or "local"/],
    [{ onUnavailable: { dpop: 'admit' } }, /^onUnavailable.dpop: must be "refuse" or "local"/],
    [{ onUnavailable: { tokens: 'local' } }, /^onUnavailable.tokens: is not a known field/],
    [{ timeOut: 1 }, /^timeOut: is not a known field/],
  ])('refuses %j', (mistake, message) => {
    expect(() => parseConfig(sharedStateSettings, { store, ...mistake })).toThrow(message);
  });
});
