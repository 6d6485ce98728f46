import { parseXfcc, xfccValues } from '../../../lib/http/xfcc.js';

describe("the elements of Envoy's header field", () => {
  it('are those of each proxy, with their pairs in order', () => {
    expect(parseXfcc('By=a;Hash=0f , By="b,\\"c\\"; d";URI=')).toEqual([
      [
        { key: 'by', value: 'a' },
        { key: 'hash', value: '0f' },
      ],
      [
        { key: 'by', value: 'b,"c"; d' },
        { key: 'uri', value: '' },
      ],
    ]);
  });

  it.each(['By=a;', 'By=a,', 'By=a;;Hash=b', 'By=a x"', 'By=a;Hash', ' ', ''])('cannot be read in %j', (text) => {
    expect(parseXfcc(text)).toBeUndefined();
  });

  it('have the blanks within a value, and none around it', () => {
    expect(parseXfcc(' By=a  bc d  ;Hash= ')).toEqual([
      [
        { key: 'by', value: 'a  bc d' },
        { key: 'hash', value: '' },
      ],
    ]);
  });

  it('have the values of a key that are not empty', () => {
    const [element = []] = parseXfcc('URI=a;uri="";URI=b;By=c') ?? [];
    expect(xfccValues(element, 'uri')).toEqual(['a', 'b']);
  });
});
