import { decodeUtf8 } from '../utf8.js';

/** One attribute of a name. */
export interface NameAttribute {
  /** The type's short name as OpenSSL writes it (`CN`, `O`, `emailAddress`), or its OID. */
  readonly type: string;
  readonly value: string;
}

/** A distinguished name: its parts, most specific first, each of one attribute or several. */
export type DistinguishedName = readonly (readonly NameAttribute[])[];

/** Other spellings of attribute types, in upper case. @see RFC 4519 §2 */
const ALIASES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'TITLE',
  '2.5.4.42': 'GN',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'EMAILADDRESS',
  COMMONNAME: 'CN',
  E: 'EMAILADDRESS',
  EMAIL: 'EMAILADDRESS',
  GIVENNAME: 'GN',
  S: 'ST',
  SURNAME: 'SN',
  USERID: 'UID',
};

/** Blanks are spaces alone: another one, such as U+00A0, is a part of the value, and makes another name. */
const TYPE = /^ *(?:OID\.)?([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+) *= */i;
/** A run of plain characters, an escaped byte, or an escaped character. Characters that must be escaped match none of them. */
const VALUE_PART = /([^\\"+,;<>\r\n\0]+)|\\([0-9A-Fa-f]{2})|\\([ "#+,;<=>\\])/y;

/**
 * Parses an RFC 4514 name (`CN=RootCA,O=WSO2,C=LK`), most specific part first. Blanks around separators are ignored.
 *
 * @returns undefined if it is not a name.
 * @see RFC 4514 §3
 */
export function parseDistinguishedName(text: string): DistinguishedName | undefined {
  return parseParts(text, ',');
}

/** Parses a name as `crypto.X509Certificate` gives it: one part a line, most general first, escaped as in RFC 4514. */
export function parseCertificateName(text: string | undefined): DistinguishedName | undefined {
  // A certificate may have no subject at all; Node then gives undefined, against its types.
  if (text === undefined || text === '') return [];
  return parseParts(text, '\n')?.toReversed();
}

/** Writes a name as RFC 4514 has it, most specific part first. @see RFC 4514 §2 */
export function formatDistinguishedName(name: DistinguishedName): string {
  return name.map((part) => part.map(({ type, value }) => `${type}=${escapeNameValue(value)}`).join('+')).join(',');
}

/** Whether two names have the same attributes with the same values in the same order. Values are compared exactly. */
export function isSameName(one: DistinguishedName, other: DistinguishedName): boolean {
  return one.length === other.length && one.every((part, index) => isSamePart(part, other[index] ?? []));
}

/** The values of a name's attributes of one type. */
export function valuesOf(name: DistinguishedName, type: string): readonly string[] {
  return name.flat().flatMap((attribute) => (canonicalType(attribute.type) === type ? [attribute.value] : []));
}

function isSamePart(one: readonly NameAttribute[], other: readonly NameAttribute[]): boolean {
  const [left, right] = [one, other].map((part) => part.map(({ type, value }) => JSON.stringify([canonicalType(type), value])).sort());
  return JSON.stringify(left) === JSON.stringify(right);
}

function canonicalType(type: string): string {
  const upper = type.toUpperCase();
  return ALIASES[upper] ?? upper;
}

function parseParts(text: string, separator: ',' | '\n'): DistinguishedName | undefined {
  const parts: NameAttribute[][] = [];
  let part: NameAttribute[] = [];
  for (let rest = text; ; ) {
    const parsed = parseAttribute(rest);
    if (parsed === undefined) return undefined;
    part.push(parsed.attribute);
    const end = parsed.rest[0];
    if (end !== '+') {
      parts.push(part);
      part = [];
    }
    if (end === undefined) return parts;
    if (end !== '+' && end !== separator) return undefined;
    rest = parsed.rest.slice(1);
  }
}

function parseAttribute(text: string): { attribute: NameAttribute; rest: string } | undefined {
  const [match = '', type] = TYPE.exec(text) ?? [];
  if (type === undefined) return undefined;
  const value = parseValue(text.slice(match.length));
  return value && { attribute: { type, value: value.text }, rest: value.rest };
}

/** Collects bytes rather than characters: an escaped byte may be a part of a character. A value in `#` notation is not read. */
function parseValue(text: string): { text: string; rest: string } | undefined {
  if (text.startsWith('#')) return undefined;
  const octets: Buffer[] = [];
  const scanner = new RegExp(VALUE_PART);
  let end = 0;
  for (let match = scanner.exec(text); match !== null; match = scanner.exec(text)) {
    end = scanner.lastIndex;
    const [, plain, hex, escaped] = match;
    octets.push(hex === undefined ? Buffer.from(plain ?? escaped ?? '') : Buffer.from(hex, 'hex'));
    trimBeforeSeparator(octets, plain, text[end]);
  }
  const decoded = decodeUtf8(Buffer.concat(octets));
  return decoded === undefined ? undefined : { text: decoded, rest: text.slice(end) };
}

/** Blanks at the end of a value belong to it only when they are escaped. */
function trimBeforeSeparator(octets: Buffer[], plain: string | undefined, next: string | undefined): void {
  const goesOn = next === '\\';
  if (plain !== undefined && !goesOn) octets[octets.length - 1] = Buffer.from(plain.replace(/ +$/, ''));
}

/** Writes `value` so that it stands for itself in the value of a name. @see RFC 4514 §2.4 */
export function escapeNameValue(value: string): string {
  return value
    .replaceAll(/["+,;<>\\]/g, '\\$&')
    .replace(/ $/, '\\ ')
    .replace(/^[ #]/, '\\$&')
    .replaceAll(/\p{Cc}/gu, (control) => [...Buffer.from(control)].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join(''));
}
