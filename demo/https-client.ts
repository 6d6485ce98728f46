import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import type { ClientCertificate, DemoTls, Step } from './demo.js';

/** The time limit for a request and its answer, in milliseconds. */
const TIMEOUT = 10_000;

/** A new connection for every request, as curl makes one: the service at the other end of an old one may have stopped. */
const FRESH = { pipelining: 0 } as const;

/** An answer as it was received. */
export interface Answer {
  /** The status. If there is none, the body contains the reason. */
  readonly status: number | 'handshake failed' | 'no answer';
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The values of the `$NAME`s of a request. */
export type Variables = Readonly<Record<string, string>>;

/** Sends requests to the services of a demo. It trusts only the CA of the demo. */
export class HttpsClient {
  /** Sends no certificate, like most of the printed curl commands. */
  private readonly caller: Agent;
  /** Sends the client certificate, which a mutual TLS listener requires. */
  private readonly prober: Agent;
  /** Send the certificates of callers, by file. */
  private readonly certified = new Map<string, Agent>();

  /** @param tls - undefined for services with plain HTTP. */
  constructor(private readonly tls?: DemoTls) {
    this.caller = new Agent({ ...FRESH, connect: { ca: tls?.ca } });
    this.prober = new Agent({ ...FRESH, connect: { ...tls } });
  }

  /** Sends the request of a step, with the variables filled in. */
  async send(step: Step, variables: Variables, interrupted: AbortSignal): Promise<Answer> {
    const { method, url, certificate } = step;
    try {
      const { statusCode, headers, body } = await request(url, {
        method,
        headers: headersOf(step, variables),
        body: bodyOf(step, variables),
        dispatcher: certificate === undefined ? this.caller : this.agentOf(certificate),
        signal: AbortSignal.any([interrupted, AbortSignal.timeout(TIMEOUT)]),
      });
      return { status: statusCode, headers, body: await body.text() };
    } catch (error) {
      interrupted.throwIfAborted();
      return { status: failureOf(error), headers: {}, body: String(error) };
    }
  }

  /** Whether a service answers at this URL, with any status. */
  async isAnswered(url: string, signal: AbortSignal): Promise<boolean> {
    try {
      const { body } = await request(url, { dispatcher: this.prober, signal });
      await body.dump();
      return true;
    } catch {
      return false;
    }
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await Promise.all([this.caller, this.prober, ...this.certified.values()].map((agent) => agent.destroy()));
  }

  private agentOf({ certFile, keyFile }: ClientCertificate): Agent {
    const known = this.certified.get(certFile);
    if (known !== undefined) return known;
    const [cert, key] = [certFile, keyFile].map((file) => readFileSync(file, 'utf8'));
    const agent = new Agent({ ...FRESH, connect: { ca: this.tls?.ca, cert, key } });
    this.certified.set(certFile, agent);
    return agent;
  }
}

/** In TLS 1.3 a server can refuse a client after the client has completed the handshake. The connection is then reset or closed. */
function failureOf(error: unknown): 'handshake failed' | 'no answer' {
  const { code = '' } = error as NodeJS.ErrnoException;
  return /^(?:ERR_SSL|ERR_TLS|ECONNRESET|EPIPE|UND_ERR_SOCKET)/.test(code) ? 'handshake failed' : 'no answer';
}

function headersOf({ headers, user, form }: Step, variables: Variables): Record<string, string> {
  return {
    ...(user !== undefined && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
    ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...filled(headers, variables),
  };
}

function bodyOf({ json, form }: Step, variables: Variables): string | null {
  if (form !== undefined) return new URLSearchParams(filled(form, variables)).toString();
  return json === undefined ? null : JSON.stringify(json);
}

function filled(fields: Readonly<Record<string, string>>, variables: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fill(value, variables)]));
}

function fill(text: string, variables: Variables): string {
  return text.replaceAll(/\$([A-Z]+)/g, (whole, name: string) => variables[name] ?? whole);
}
