/** What stands before a token that has other characters than a subprotocol may have. */
const ENCODED = 'base64url.bearer.authorization.';

/** Finds tokens among the subprotocols of a handshake, and keeps them apart from those of the application. */
export class SubprotocolToken {
  /** @param name - the subprotocol before a token. */
  constructor(private readonly name: string) {}

  /** The tokens in a `Sec-WebSocket-Protocol` header field: one is expected. An announced token that is missing is an empty text with a blank, which is no token. */
  tokensIn(header: string | undefined): string[] {
    const list = header?.split(',').map((each) => each.trim()) ?? [];
    return list.flatMap((each, index) => {
      if (this.follows(list, index)) return [each];
      if (each.startsWith(ENCODED)) return [Buffer.from(each.slice(ENCODED.length), 'base64url').toString('utf8')];
      return each === this.name && index === list.length - 1 ? [MISSING] : [];
    });
  }

  /** The subprotocols of the application: what may be echoed. */
  ofApplication(protocols: Iterable<string>): Set<string> {
    const list = [...protocols];
    return new Set(list.filter((each, index) => each !== this.name && !this.follows(list, index) && !each.startsWith(ENCODED)));
  }

  private follows(list: readonly string[], index: number): boolean {
    return index > 0 && list[index - 1] === this.name && !(list[index] ?? '').startsWith(ENCODED);
  }
}

/** No token has a blank: it is refused as malformed. */
const MISSING = ' ';
