import { cookieValues, decodeCookieValue } from '../../../lib/http/cookie.js';

describe('the values of a cookie', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['token=abc', ['abc']],
    ['a=b; token=abc', ['abc']],
    ['a=b;token=abc;c=d', ['abc']],
    [' \t token=abc \t ;', ['abc']],
    ['token= abc', ['abc']],
    ['token=', ['']],
    ['token="abc"', ['"abc"']],
    ['token=a=b==', ['a=b==']],
    ['token=abc; token=def', ['abc', 'def']],
    ['token', []],
    ['token; token=abc', ['abc']],
    ['Token=abc', []],
    ['token2=abc; atoken=abc; token.0=abc', []],
    ['a=token=abc', []],
    ['a="b; token=abc"', ['abc"']],
    ['=token=abc', []],
    ['token =abc', []],
    ['a=b, token=abc', []],
    ['$Version=1; token="abc; a=b"', ['"abc']],
    // Any subdomain may set a cookie whose name begins with a blank that is not ASCII.
    ['\u00a0token=abc; \u0085token=abc; \u2000token=abc; \ufefftoken=abc; \vtoken=abc; \ftoken=abc', []],
    ['token=\u00a0abc\u00a0', ['\u00a0abc\u00a0']],
  ])('in %j are %j', (header, values) => {
    expect(cookieValues(header, 'token')).toEqual(values);
  });

  // Gone through anew for each pair, two hundred thousand of them would take minutes.
  it.each(['token', 'token=', ' ', ' ;', '="', '%', ';'])('are found where 200000 times %j is sent', (part) => {
    expect(cookieValues(part.repeat(200_000), 'token').length).toBeLessThan(2);
  });
});

describe('the value of a cookie', () => {
  it.each<[string, string | undefined]>([
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['"abc', '"abc'],
    ['abc"', 'abc"'],
    ['"', '"'],
    ['""', ''],
    ['""abc""', '"abc"'],
    ['ab%63', 'abc'],
    ['a%2Bb%2F%3D', 'a+b/='],
    ['%2541', '%41'],
    ['ab%6', undefined],
    ['%ff', undefined],
    ['a+b', 'a+b'],
  ])('%j means %j', (value, meaning) => {
    expect(decodeCookieValue(value)).toBe(meaning);
  });
});
