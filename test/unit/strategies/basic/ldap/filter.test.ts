import fc from 'fast-check';
import { EqualityFilter, FilterParser } from 'ldapts';
import { escapeFilterValue, filterForGroups, filterForUser } from '../../../../../lib/strategies/basic/ldap/filter.js';

describe('escapeFilterValue', () => {
  it('writes the characters of RFC 4515 in hexadecimal', () => {
    expect(escapeFilterValue('a*(b)\\c\0')).toBe('a\\2a\\28b\\29\\5cc\\00');
  });

  it('leaves every other character alone', () => {
    expect(escapeFilterValue('j,doe "é" 😀 =&|!')).toBe('j,doe "é" 😀 =&|!');
  });
});

describe('filterForUser', () => {
  it('stays one comparison with the user name, whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (username) => {
        const filter = FilterParser.parseString(filterForUser('(uid=?)', username));
        expect(filter).toBeInstanceOf(EqualityFilter);
        expect((filter as EqualityFilter).value).toBe(username);
      }),
    );
  });

  it('puts the user name wherever a ? is, and nothing into the user name', () => {
    expect(filterForUser('(|(uid=?)(mail=?))', '?$&')).toBe('(|(uid=?$&)(mail=?$&))');
  });
});

describe('filterForGroups', () => {
  it('escapes what is special in a filter, and not what is special in a name', () => {
    const filter = filterForGroups('(objectClass=groupOfNames)', 'member', 'uid=j\\,(doe)*,ou=Users');
    expect(filter).toBe('(&(objectClass=groupOfNames)(member=uid=j\\5c,\\28doe\\29\\2a,ou=Users))');
  });
});
