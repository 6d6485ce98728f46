/** A user at a browser: follows redirects, keeps cookies, and completes the pages of the authorization server. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly user: string) {}

  /**
   * Opens the page at which a client asks for a login, and does what the pages ask for.
   *
   * @param callback - the address of the client.
   * @returns the authorization code that the client receives at this address.
   * @throws Error if another page or an error comes up.
   */
  async logIn(start: URL, callback: string): Promise<string> {
    let response = await this.open(start);
    for (let pages = 0; pages < 20; pages++) {
      const next = response.headers.get('location');
      if (next === null) response = await this.submit(await response.text(), response.url);
      else if (next.startsWith(callback)) return codeIn(new URL(next));
      else response = await this.open(new URL(next, response.url));
    }
    throw new Error('The login does not end.');
  }

  /** Submits the form of a login page or of a consent page. */
  private submit(page: string, url: string): Promise<Response> {
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined) throw new Error(`The page at ${url} is not the expected form:\n${page}`);
    return this.open(new URL(action, url), new URLSearchParams({ prompt, login: this.user, password: 'any' }));
  }

  private async open(url: URL, form?: URLSearchParams): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie }, ...(form && { method: 'POST', body: form }) });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

function codeIn({ searchParams }: URL): string {
  const code = searchParams.get('code');
  if (code === null)
    throw new Error(`The authorization server answered ${searchParams.get('error')}: ${searchParams.get('error_description')}`);
  return code;
}
