import { countFields, valuesOfFields } from '../../../lib/http/header-field.js';

describe('the fields of a name', () => {
  it('are counted by their names, in any case', () => {
    expect(countFields(['Client-Cert', 'a', 'CLIENT-CERT', 'b', 'X-Other', 'c'], 'client-cert')).toBe(2);
  });

  it('are not counted by their values', () => {
    expect(countFields(['X-Header', 'client-cert', 'Client-Cert', 'a', 'X-More', 'Client-Cert'], 'client-cert')).toBe(1);
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
