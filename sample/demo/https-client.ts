import { Agent, request } from 'undici';
import type { DemoTls, Step } from './demo.js';

/** How long one exchange may take, in milliseconds. */
const TIMEOUT = 10_000;

/** An answer, as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Speaks HTTPS with the services of a demo and trusts only its CA. */
export class HttpsClient {
  /** Shows no certificate, like the curl commands on the screen. */
  private readonly caller: Agent;
  /** Shows the client certificate, so that it can look behind a mutual TLS listener. */
  private readonly prober: Agent;

  constructor({ ca, cert, key }: DemoTls) {
    this.caller = new Agent({ connect: { ca } });
    this.prober = new Agent({ connect: { ca, cert, key } });
  }

  /** Sends the request of a step, with the variables filled in. */
  async send({ method, url, headers, json }: Step, variables: Readonly<Record<string, string>>, interrupted: AbortSignal): Promise<Answer> {
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(url, {
      method,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value, variables)])),
      body: json === undefined ? null : JSON.stringify(json),
      dispatcher: this.caller,
      signal: AbortSignal.any([interrupted, AbortSignal.timeout(TIMEOUT)]),
    });
    return { status: statusCode, headers: answered, body: await body.text() };
  }

  /** Whether a service answers there, with whatever status. */
  async isAnswered(url: string, signal: AbortSignal): Promise<boolean> {
    try {
      const { body } = await request(url, { dispatcher: this.prober, signal });
      await body.dump();
      return true;
    } catch {
      return false;
    }
  }

  /** Lets go of the connections. */
  async close(): Promise<void> {
    await Promise.all([this.caller.destroy(), this.prober.destroy()]);
  }
}

function fill(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$([A-Z]+)/g, (whole, name: string) => variables[name] ?? whole);
}
