import { nearestName, suggest } from '../../../lib/config/nearest-name.js';

const known = ['issuer', 'audience', 'signatureConfig', 'scopeKey'];

describe('the nearest name', () => {
  it.each([
    ['isuer', 'issuer'],
    ['ISSUER', 'issuer'],
    ['signatureconfig', 'signatureConfig'],
    ['signatureConf', 'signatureConfig'],
    ['scope_key', 'scopeKey'],
    ['aud', undefined],
    ['x', undefined],
    ['', undefined],
    ['somethingElse', undefined],
  ])('of %p is %p', (name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  it('is suggested, or else what is known', () => {
    expect(suggest('isuer', known)).toBe('Did you mean "issuer"?');
    expect(suggest('x', known)).toBe('Known: issuer, audience, signatureConfig, scopeKey.');
    expect(suggest('x', [])).toBe('None is known here.');
  });
});
