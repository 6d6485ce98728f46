import { firstValueOf } from '../../../../../lib/strategies/basic/ldap/distinguished-name.js';

describe('firstValueOf', () => {
  it.each([
    ['uid=alice,ou=Users,dc=example', 'alice'],
    ['uid=alice', 'alice'],
    ['uid=alice+cn=Alice,ou=Users', 'alice'],
    ['uid=alice;ou=Users', 'alice'],
    ['uid=j\\,doe,ou=Users', 'j,doe'],
    ['uid=j\\2cdoe,ou=Users', 'j,doe'],
    ['uid=j\\2Cdoe\\2B,ou=Users', 'j,doe+'],
    ['uid=a=b,ou=Users', 'a=b'],
    ['uid=back\\\\slash,ou=Users', 'back\\slash'],
    ['uid=back\\\\,ou=Users', 'back\\'],
    ['uid=\\ padded\\ ,ou=Users', ' padded '],
    ['uid=\\#1,ou=Users', '#1'],
    ['cn=Lu\\C4\\8Di\\C4\\87,dc=example', 'Lučić'],
    ['cn=\\E2\\82\\AC\\20\\F0\\9F\\98\\80,dc=example', '€ 😀'],
    ['cn=😀\\,é,dc=example', '😀,é'],
  ])('reads %s', (name, value) => {
    expect(firstValueOf(name)).toBe(value);
  });

  it.each(['', 'alice', '=alice', 'uid=', 'uid=,ou=Users', 'uid=#0403abc,ou=Users', 'uid=\\ff\\fe,ou=Users', 'uid=broken\\'])(
    'reads nothing from %j',
    (name) => {
      expect(firstValueOf(name)).toBeUndefined();
    },
  );
});
