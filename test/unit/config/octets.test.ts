import { randomBytes } from 'node:crypto';
import { secretOctets } from '../../../lib/config/octets.js';
import { fields, parseConfig } from '../../../lib/config/schema.js';
import { mistakeIn } from '../../support/mistake-in.js';

const schema = fields(() => ({ secret: secretOctets }));
const read = (secret: unknown) => Buffer.from(parseConfig(schema, { secret }).secret);

const problemOf = (secret: unknown): string => mistakeIn(() => read(secret));

describe('a secret', () => {
  // Octets that are neither UTF-8 nor the same in Base64 and Base64url.
  const octets = Buffer.concat([Buffer.from('fbff80fe', 'hex'), randomBytes(30)]);

  it.each([
    ['a Uint8Array', new Uint8Array(octets)],
    ['a Buffer', octets],
    ['base64', { base64: octets.toString('base64') }],
    ['base64url', { base64url: octets.toString('base64url') }],
    ['hex', { hex: octets.toString('hex') }],
    ['hex in capitals', { hex: octets.toString('hex').toUpperCase() }],
  ])('is read as %s', (_, given) => {
    expect(read(given)).toEqual(octets);
  });

  it('is the UTF-8 of a string, whatever it looks like', () => {
    expect(read('häßlich')).toEqual(Buffer.from('häßlich'));
    expect(read(octets.toString('base64'))).toEqual(Buffer.from(octets.toString('base64')));
  });

  it('stays as it was when the application clears its array', () => {
    const own = new Uint8Array(octets);
    const kept = parseConfig(schema, { secret: own }).secret;
    own.fill(0);
    expect(Buffer.from(kept)).toEqual(octets);
  });

  const base64 = octets.toString('base64');
  const base64url = octets.toString('base64url');
  const hex = octets.toString('hex');
  it.each([
    ['base64 without padding', { base64: base64.replace(/=+$/, '') }, 'secret.base64: is not Base64'],
    ['base64 in the other alphabet', { base64: `${base64url}==` }, 'secret.base64: is not Base64'],
    ['base64 with a blank', { base64: `${base64} ` }, 'It begins or ends with a blank'],
    ['base64 in two lines', { base64: `${base64.slice(0, 8)}\n${base64.slice(8)}` }, 'secret.base64: is not Base64'],
    ['base64 with unused bits', { base64: `${'A'.repeat(42)}B=` }, 'secret.base64: is not Base64'],
    ['base64url with padding', { base64url: `${base64url}==` }, 'secret.base64url: is not Base64url'],
    ['base64url in the other alphabet', { base64url: base64.replace(/=+$/, '') }, 'secret.base64url: is not Base64url'],
    ['half an octet of hex', { hex: hex.slice(1) }, 'secret.hex: is not hexadecimal'],
    ['other digits than those of hex', { hex: `${hex}0g` }, 'secret.hex: is not hexadecimal'],
    ['hex with a prefix', { hex: `0x${hex}` }, 'secret.hex: is not hexadecimal'],
    ['hex with colons', { hex: hex.replaceAll(/(..)(?=.)/g, '$1:') }, 'secret.hex: is not hexadecimal'],
    ['two notations', { base64, hex }, 'secret: must be a string, a Uint8Array'],
    ['an unknown notation', { base32: 'x' }, 'secret: must be a string, a Uint8Array'],
    ['an unknown field beside it', { hex, encoding: 'x' }, 'secret.encoding: is not a known field'],
    ['a setting that was not set', { base64: undefined }, 'secret.base64: has no value'],
    ['a number', 5, 'secret: must be a string, a Uint8Array'],
    ['a list of numbers', [...octets], 'secret: must be a string, a Uint8Array'],
    ['null', null, 'secret: must be a string, a Uint8Array'],
    ['nothing at all', '', 'secret: must not be empty'],
    ['no octets', new Uint8Array(), 'secret: must not be empty'],
    ['no digits', { hex: '' }, 'secret.hex: must not be empty'],
  ])('is refused as %s, and not repeated', (_, given, expected) => {
    const problem = problemOf(given);
    expect(problem).toContain(expected);
    expect(problem.includes('begins or ends with a blank')).toBe(expected.includes('blank'));
    for (const text of [base64, base64url, hex]) expect(problem).not.toContain(text.slice(1, 20));
  });
});
