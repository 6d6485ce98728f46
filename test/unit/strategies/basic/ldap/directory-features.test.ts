import { DirectoryFeatures } from '../../../../../lib/strategies/basic/ldap/directory-features.js';

const PPOLICY = '1.3.6.1.4.1.42.2.27.8.5.1';

describe('what is known of a directory', () => {
  let features: DirectoryFeatures;
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
    features = new DirectoryFeatures((message) => void warnings.push(message));
  });
  const known = () => [features.areKnownTo('anonymous'), features.areKnownTo('account'), features.hasPasswordPolicy];

  it('is nothing before it was asked', () => {
    expect(known()).toEqual([false, false, false]);
  });

  it.each([
    [[PPOLICY, '1.2.3'], true],
    [PPOLICY, true],
    [['1.2.3'], false],
  ])('is the same for everybody once it has shown %j', (shown, hasPolicy) => {
    features.learn('anonymous', shown);
    expect(known()).toEqual([true, true, hasPolicy]);
    features.learn('account', hasPolicy ? ['1.2.3'] : [PPOLICY]);
    expect(features.hasPasswordPolicy).toBe(hasPolicy);
    expect(warnings).toEqual([]);
  });

  it.each([undefined, [], [Buffer.from(PPOLICY)]])('is asked by an account again where it has shown others nothing (%j)', (shown) => {
    features.learn('anonymous', shown);
    expect(known()).toEqual([true, false, false]);
    expect(warnings).toEqual([]);
    features.learn('account', PPOLICY);
    expect(known()).toEqual([true, true, true]);
    expect(warnings).toEqual([]);
  });

  it('is reported once where it shows an account nothing either', () => {
    for (const asker of ['anonymous', 'account', 'account'] as const) features.learn(asker, undefined);
    expect(known()).toEqual([true, true, false]);
    expect(warnings).toEqual([expect.stringContaining('users who must change their password may be admitted')]);
  });
});
