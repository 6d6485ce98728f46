import { derValues } from '../../../lib/tls/der.js';

const read = (hex: string) => derValues(Buffer.from(hex, 'hex'))?.map(({ tag, content }) => [tag, content.toString('hex')]);

describe('the values in a DER encoding', () => {
  it.each<[string, readonly (readonly [number, string])[]]>([
    ['', []],
    ['0500', [[0x05, '']]],
    [
      '0201050500',
      [
        [0x02, '05'],
        [0x05, ''],
      ],
    ],
    ['1e0100', [[0x1e, '00']]],
    [`047f${'aa'.repeat(127)}`, [[0x04, 'aa'.repeat(127)]]],
    [`048180${'aa'.repeat(128)}`, [[0x04, 'aa'.repeat(128)]]],
    [
      `04820100${'aa'.repeat(256)}0500`,
      [
        [0x04, 'aa'.repeat(256)],
        [0x05, ''],
      ],
    ],
    ['048400000001aa', [[0x04, 'aa']]],
    ['048100', [[0x04, '']]],
  ])('are read from %s', (hex, values) => {
    expect(read(hex)).toEqual(values);
  });

  it.each([
    ['a tag without a length', '05'],
    ['a value that is cut off', '040201'],
    ['a value that is cut off after a whole one', '0500040201'],
    ['a length that is cut off', '0481'],
    ['a length of several bytes that is cut off', '048201'],
    ['a value without an end', '30800000'],
    ['a value without an end, before 128 bytes', `3080${'00'.repeat(128)}`],
    ['a length of five bytes', '04850000000001aa'],
    ['a tag of several bytes', '1f810100'],
    ['a constructed tag of several bytes', '3f810100'],
  ])('are not read from %s', (_, hex) => {
    expect(read(hex)).toBeUndefined();
  });

  it('are not there where there is no encoding', () => {
    expect(derValues(undefined)).toBeUndefined();
  });
});
