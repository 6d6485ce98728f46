import type { KeyObject } from 'node:crypto';

/**
 * Every way in which a point of small order can be written, in little-endian hexadecimal without the sign bit: the coordinates y of those points, and the
 * same plus the field's prime where that fits. Anyone can make signatures that fit such a key. @see RFC 8032 §5.1, RFC 7748 §6, "Taming the many EdDSAs" §3
 */
const SMALL_ORDER: Readonly<Record<string, ReadonlySet<string>>> = {
  ed25519: new Set([
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
  ]),
  ed448: new Set([
    '00'.repeat(57),
    `01${'00'.repeat(56)}`,
    `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`,
    `${'ff'.repeat(28)}fe${'ff'.repeat(27)}00`,
    `${'00'.repeat(28)}${'ff'.repeat(28)}00`,
  ]),
};

/** Whether a key of an Edwards curve is a point of small order. Other keys never are. */
export function isOfSmallOrder(key: KeyObject): boolean {
  const known = SMALL_ORDER[key.asymmetricKeyType ?? ''];
  if (known === undefined) return false;
  const point = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  point[point.length - 1] = (point.at(-1) ?? 0) & 0x7f;
  return known.has(point.toString('hex'));
}
