import { request } from 'node:https';
import type { IssuedCertificate } from './certificates.js';

/** What the server's own script of the database makes. */
const ADMIN = { username: 'admin', password: 'password' };

/** The server's HTTP API. */
export class GlewlwydApi {
  private cookie = '';

  constructor(
    readonly base: string,
    private readonly ca: string,
  ) {}

  async login(): Promise<void> {
    await this.send('POST', '/auth/', ADMIN);
  }

  /** Sends JSON as the administrator. */
  send(method: string, path: string, body?: object): Promise<string> {
    const text = body === undefined ? '' : JSON.stringify(body);
    return this.exchange(method, path, { 'Content-Type': 'application/json' }, text);
  }

  /** Sends a form as a client. */
  form(path: string, fields: Record<string, string>, headers: Record<string, string>, certificate?: IssuedCertificate): Promise<string> {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    return this.exchange('POST', path, { ...headers, ...type }, new URLSearchParams(fields).toString(), certificate);
  }

  exchange(method: string, path: string, headers: Record<string, string>, body: string, certificate?: IssuedCertificate): Promise<string> {
    const tls = { ca: this.ca, agent: false, ...(certificate && { key: certificate.keyPem, cert: certificate.certPem }) } as const;
    const options = { method, headers: { ...headers, 'Content-Length': `${Buffer.byteLength(body)}`, Cookie: this.cookie }, ...tls };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.base}${path}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('end', () => {
          this.cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? this.cookie;
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`));
        });
      });
      asked.on('error', reject);
      asked.setTimeout(10_000, () => asked.destroy(new Error(`${method} ${path} was not answered.`)));
      asked.end(body);
    });
  }
}
