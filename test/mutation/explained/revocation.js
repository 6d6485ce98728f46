/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'revocation/revocation-log.ts',
    code: 'if (log === undefined) return;',
    change: 'false',
    why: 'Without a log nothing was read, so that the floor has not moved and the next line returns.',
  },
  {
    file: 'revocation/revocation-log.ts',
    code: 'const floor = log === undefined ? 0 : Number',
    change: 'false',
    why: 'It reads a key that nobody writes, and finds no floor.',
  },
  {
    file: 'revocation/revocation-log.ts',
    code: 'from < numbers.length;',
    change: 'from <= numbers.length',
    why: 'A last part without numbers reads nothing.',
  },
  {
    file: 'revocation/revocations.ts',
    code: 'if (!this.isOn) return () => undefined;',
    change: 'false',
    why: 'Without the option nothing is ever revoked: the connection is noted in vain until it ends.',
  },
  {
    file: 'revocation/revoked-tokens.ts',
    code: 'if (entry.end <= this.now()) return false;',
    change: 'true',
    why: 'Connections are looked through in vain: an entry that was not added ends none.',
  },
  {
    file: 'revocation/revoked-tokens.ts',
    code: 'if (known.some((each) => covers(each, entry))) return false;',
    change: 'true',
    why: 'Connections are looked through in vain: those of a known entry have ended.',
  },
  {
    file: 'revocation/revoked-tokens.ts',
    code: 'if (Math.max(jti.size, sid.size, sub.size) === 0) return false;',
    change: 'false',
    why: 'The digests of the token are made and not found: it is slower.',
  },
  {
    file: 'revocation/revoked-tokens.ts',
    code: 'if (left.length === 0) map.delete(value);',
    change: 'false',
    why: 'An empty list refuses nothing; it takes memory.',
  },
  {
    file: 'revocation/revoked-tokens.ts',
    code: 'if (known !== undefined) return known;',
    change: 'false',
    why: 'The same digests are made again: it is slower.',
  },
  {
    file: 'revocation/shared-revocations.ts',
    code: '++this.looks % FLOOR_PACE',
    change: '--this.looks',
    why: 'It counts down, and every 240th look is one all the same.',
  },
  {
    file: 'revocation/shared-revocations.ts',
    code: 'let hasNews = false;',
    change: 'true',
    why: 'Connections are looked through in vain, and none is ended: it is slower.',
  },
  {
    file: 'revocation/shared-revocations.ts',
    code: 'if (hasNews) this.onNews();',
    change: 'true',
    why: 'Connections are looked through in vain, and none is ended: it is slower.',
  },
  {
    file: 'revocation/shared-revocations.ts',
    code: 'if (entry.end <= now) this.unseen.delete(key);',
    change: 'entry.end < now',
    why: 'An entry that ends at this moment is not written by the log, and is forgotten at the next look.',
  },
];
