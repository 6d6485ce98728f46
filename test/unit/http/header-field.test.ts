import { countFields, isHeaderName, isHeaderValue, valuesOfFields } from '../../../lib/http/header-field.js';

describe('the fields of a name', () => {
  it('are counted by their names, in any case', () => {
    expect(countFields(['Client-Cert', 'a', 'CLIENT-CERT', 'b', 'X-Other', 'c'], 'client-cert')).toBe(2);
  });

  it('are not counted by their values', () => {
    expect(countFields(['X-Header', 'client-cert', 'Client-Cert', 'a', 'X-More', 'Client-Cert'], 'client-cert')).toBe(1);
  });

  it('are not counted where a name only begins like theirs', () => {
    expect(countFields(['Client-Cert-Chain', 'a', 'Client', 'b', 'Client-Cert', 'c'], 'client-cert')).toBe(1);
    expect(valuesOfFields(['Client-Cert-Chain', 'a', 'Client', 'b', 'Client-Cert', 'c'], 'client-cert')).toEqual(['c']);
  });

  it('are not counted where a name only looks like theirs', () => {
    // Of the signs beside A and Z, none is a letter in another case.
    expect(countFields(['AZ[', '1', 'AZ{', '2', 'az', '3'], 'az{')).toBe(1);
    expect(countFields(['@z', '1', 'Z', '2'], '`z')).toBe(0);
  });
});

describe('the values of the fields of a name', () => {
  it('are found by the names of the fields, in order', () => {
    expect(valuesOfFields(['Client-Cert', 'a', 'X-Other', 'b', 'CLIENT-CERT', 'c'], 'client-cert')).toEqual(['a', 'c']);
  });

  it('are not the names that follow such a value', () => {
    expect(valuesOfFields(['X-Header', 'client-cert', 'X-Forged', 'a', 'Client-Cert', 'b'], 'client-cert')).toEqual(['b']);
  });
});

it.each([
  ['X-API-Key', true],
  ['x_api.key!', true],
  ['', false],
  ['x api', false],
  ['x:', false],
  ['x\r\nSet-Cookie', false],
  ['ä', false],
])('%j may be the name of a header field: %p', (name, may) => {
  expect(isHeaderName(name)).toBe(may);
});

it.each([
  ['a b', true],
  ['', true],
  ['a\r\nSet-Cookie: b', false],
  ['a\nb', false],
  ['a\0b', false],
  ['東', false],
])('%j may be the value of a header field: %p', (value, may) => {
  expect(isHeaderValue(value)).toBe(may);
});
