/** What stands before a token that has other characters than a subprotocol may have. */
const ENCODED = 'base64url.bearer.authorization.';

/** Finds tokens among the subprotocols of a handshake, and keeps them apart from those of the application. */
export class SubprotocolToken {
  /** @param name - the subprotocol before a token. */
  constructor(private readonly name: string) {}

  /** The tokens in a `Sec-WebSocket-Protocol` header field: one is expected. An announced token that is missing is an empty text with a blank, which is no token. */
  tokensIn(header: string | undefined): string[] {
    return this.tokensAmong(header?.split(',').map((each) => each.trim()) ?? []);
  }

  /** The subprotocols of the application: what may be echoed. A text that is a token in one place is none, wherever else it stands. */
  ofApplication(protocols: Iterable<string>): Set<string> {
    const list = [...protocols];
    const tokens = this.tokensAmong(list);
    return new Set(list.filter((each) => each !== this.name && !each.startsWith(ENCODED) && !tokens.includes(each)));
  }

  private tokensAmong(list: readonly string[]): string[] {
    return list.flatMap((each, index) => {
      if (this.follows(list, index)) return [each];
      if (each.startsWith(ENCODED)) return [Buffer.from(each.slice(ENCODED.length), 'base64url').toString('utf8')];
      return each === this.name && index === list.length - 1 ? [MISSING] : [];
    });
  }

  private follows(list: readonly string[], index: number): boolean {
    return index > 0 && list[index - 1] === this.name && !(list[index] ?? '').startsWith(ENCODED);
  }
}

/** No token has a blank: it is refused as malformed. */
const MISSING = ' ';
