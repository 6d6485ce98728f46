import { FamiliarAddresses } from '../../../../lib/strategies/basic/familiar-addresses.js';

const setUp = (maxUsers?: number) => {
  const clock = { now: 30_000 };
  return { clock, familiar: new FamiliarAddresses({ limit: 2, window: 60 }, () => clock.now, maxUsers) };
};

describe('the addresses that a user has logged in from', () => {
  it('are those, and no others', () => {
    const { familiar } = setUp();
    familiar.add('alice', '192.0.2.1');
    expect(familiar.has('alice', '192.0.2.1')).toBe(true);
    expect(familiar.has('alice', '192.0.2.2')).toBe(false);
    expect(familiar.has('bob', '192.0.2.1')).toBe(false);
    expect(familiar.has('alice', undefined)).toBe(false);
  });

  it('are not trusted after as many doubts as the limit says, until the window is over', () => {
    const { familiar, clock } = setUp();
    const place = familiar.add('alice', '192.0.2.1');
    familiar.doubt('alice', '192.0.2.1');
    expect(place.isTrusted).toBe(true);
    familiar.doubt('alice', '192.0.2.1');
    expect(place.isTrusted).toBe(false);
    clock.now += 59_999;
    expect(place.isTrusted).toBe(false);
    clock.now += 1;
    expect(place.isTrusted).toBe(true);
  });

  it('are given no more doubts in the next window than in the first', () => {
    const { familiar, clock } = setUp();
    const place = familiar.add('alice', '192.0.2.1');
    for (const pause of [0, 60_000]) {
      clock.now += pause;
      for (const _ of [1, 2]) familiar.doubt('alice', '192.0.2.1');
      expect(place.isTrusted).toBe(false);
    }
  });

  it('take back no doubt but the one that was settled', () => {
    const { familiar } = setUp();
    const place = familiar.add('alice', '192.0.2.1');
    for (const _ of [1, 2, 3]) familiar.doubt('alice', '192.0.2.1');
    familiar.add('alice', '192.0.2.1').trust();
    expect(place.isTrusted).toBe(false);
    familiar.add('alice', '192.0.2.1').trust();
    expect(place.isTrusted).toBe(true);
  });

  it('are forgotten when the application closes, and are not trusted any more', () => {
    const { familiar } = setUp();
    const place = familiar.add('alice', '192.0.2.1');
    familiar.clear();
    expect(familiar.has('alice', '192.0.2.1')).toBe(false);
    expect(place.isTrusted).toBe(false);
  });

  it('are forgotten within bounds, and are not trusted any more when they are forgotten', () => {
    const { familiar } = setUp();
    const first = familiar.add('alice', 'address 0');
    for (let each = 1; each <= 32; each++) familiar.add('alice', `address ${each}`);
    expect(familiar.has('alice', 'address 0')).toBe(false);
    expect(first.isTrusted).toBe(false);
    expect(familiar.has('alice', 'address 1')).toBe(true);
  });

  it('are not displaced by another account, whatever addresses it has', () => {
    const { familiar } = setUp(2);
    const place = familiar.add('alice', '192.0.2.1');
    for (let each = 0; each < 1000; each++) familiar.add('mallory', `address ${each}`);
    expect(place.isTrusted).toBe(true);
    familiar.add('carol', '192.0.2.1');
    expect(place.isTrusted).toBe(false);
  });
});
