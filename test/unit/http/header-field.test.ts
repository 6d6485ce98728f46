import { countFields } from '../../../lib/http/header-field.js';

describe('the fields of a name', () => {
  it('are counted by their names, in any case', () => {
    expect(countFields(['Client-Cert', 'a', 'CLIENT-CERT', 'b', 'X-Other', 'c'], 'client-cert')).toBe(2);
  });

  it('are not counted by their values', () => {
    expect(countFields(['X-Header', 'client-cert', 'Client-Cert', 'a', 'X-More', 'Client-Cert'], 'client-cert')).toBe(1);
  });
});
