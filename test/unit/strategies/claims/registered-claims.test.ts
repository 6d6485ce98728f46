import { isOptionalTime, timeOf } from '../../../../lib/strategies/claims/registered-claims.js';

describe('a time in a claim', () => {
  it.each([0, 1_800_000_000, 1.5, -1])('is %p', (exp) => {
    expect(isOptionalTime(exp)).toBe(true);
    expect(timeOf({ exp }, 'exp')).toBe(exp);
  });

  it.each<[unknown]>([['1800000000'], [true], [null], [[1_800_000_000]], [{}], [10n]])('is not %p', (exp) => {
    expect(isOptionalTime(exp)).toBe(false);
    expect(timeOf({ exp }, 'exp')).toBeUndefined();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('is not %p', (time) => {
    expect(isOptionalTime(time)).toBe(false);
  });

  it('is none where it is missing or inherited', () => {
    expect(isOptionalTime(undefined)).toBe(true);
    expect(timeOf(Object.create({ exp: 1_800_000_000 }), 'exp')).toBeUndefined();
  });
});
