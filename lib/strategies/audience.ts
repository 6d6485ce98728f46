/** Whether an `aud` is a list that holds anything but strings: it says nothing that could be relied on. @see RFC 7519 §4.1.3 */
export function isMalformedAudience(aud: unknown): boolean {
  return Array.isArray(aud) && aud.some((each) => typeof each !== 'string');
}
