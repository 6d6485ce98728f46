import { afterColon, logText, oneLine, quoted, visible } from '../../../lib/operator/log-text.js';

const UNSEEN: readonly [string, string][] = [
  ['control characters of C0', '\u0000\u0007\b\t\n\r\u001b[31m'],
  ['DEL and control characters of C1', '\u007f\u0085\u009b2J\u009d'],
  ['line ends of Unicode', '\u2028\u2029'],
  ['bidi overrides and isolates', '\u202a\u202e\u2066\u2069\u200e\u061c'],
  ['what has no width', '\u200b\u200d\ufeff\u{e0041}\u00ad'],
  ['halves of a pair', '\ud800 \udc00'],
];

describe('a text for the log', () => {
  it.each(UNSEEN)('is one line of what can be seen, whatever %s it has', (_, text) => {
    for (const written of [oneLine(`a${text}b`), quoted(`a${text}b`)]) expect(written).toMatch(/^[ -~]+$/);
  });

  it('leaves alone what can be read', () => {
    expect(oneLine('Zoë 日本 😀 "x" \\')).toBe('Zoë 日本 😀 "x" \\');
  });

  it('of several lines shows what is in each, and no line of it can pass for an entry of its own', () => {
    expect(visible('a\u009b\nb\r')).toBe('a\\u009b\nb\\u000d');
    expect(logText('broken:\n[AuthGuard] 200 forged\n  indented')).toBe('broken:\n  [AuthGuard] 200 forged\n  indented');
  });

  it('is JSON where it is quoted', () => {
    expect(['Zoë\n"x"', 5, { a: ['b'] }, null].map(quoted)).toEqual(['"Zoë\\n\\"x\\""', '5', '{"a":["b"]}', 'null']);
  });

  it('ends with a reason where there is one', () => {
    expect(['it is empty', undefined].map(afterColon)).toEqual([': it is empty', '']);
  });

  it('is there for what JSON cannot write, too', () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    for (const value of [circle, 1n, undefined, Symbol('s')]) expect(quoted(value)).toMatch(/^[ -~]+$/);
  });
});
