import type { IncomingMessage } from 'node:http';
import type { SubprotocolToken } from './subprotocol-token.js';

type Done = (isVerified: boolean, status?: number, body?: string, headers?: Readonly<Record<string, string>>) => void;
type VerifyClient = ((info: VerifyInfo, done: Done) => void) | ((info: VerifyInfo) => boolean);
type HandleProtocols = (protocols: Set<string>, request: IncomingMessage) => string | false | undefined;

interface VerifyInfo {
  readonly req: IncomingMessage;
}

/** A server of `ws`. */
export interface WsServer {
  handleUpgrade(...parameters: unknown[]): void;
  readonly options: { verifyClient?: VerifyClient | null; handleProtocols?: HandleProtocols | null };
}

/** The answer to an upgrade that is refused. */
export interface UpgradeAnswer {
  readonly status: number;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Whether a server is one of `ws`. */
export function isWsServer(server: object): server is WsServer {
  const { handleUpgrade, options } = server as Partial<WsServer>;
  return typeof handleUpgrade === 'function' && typeof options === 'object' && options !== null;
}

/**
 * Lets a server ask before it completes an upgrade: after its own checks and the application's `verifyClient`. No frame is read before,
 * and none is lost.
 *
 * @param admit - returns the answer to a request that is refused.
 * @param failed - is told what the application's own code threw while the connection was opened.
 */
export function guardUpgrades(
  { options }: WsServer,
  admit: (request: IncomingMessage) => Promise<UpgradeAnswer | undefined>,
  failed: (request: IncomingMessage, error: unknown) => void,
): void {
  const { verifyClient } = options;
  const ask = (request: IncomingMessage, done: Done) =>
    void admit(request)
      .then((answer) => (answer === undefined ? done(true) : done(false, answer.status, answer.body, answer.headers)))
      // Code of the application runs here, as listeners of the connection: its mistake must not end the process.
      .catch((error) => failed(request, error));
  options.verifyClient = (info: VerifyInfo, done: Done) => {
    if (!verifyClient) return ask(info.req, done);
    if (isSynchronous(verifyClient)) return verifyClient(info) ? ask(info.req, done) : done(false);
    verifyClient(info, (isVerified, ...answer) => (isVerified ? ask(info.req, done) : done(false, ...answer)));
  };
}

/** Lets a server see the subprotocols of the application alone: a token is never echoed. */
export function hideToken(options: WsServer['options'], token: () => SubprotocolToken | undefined): void {
  const { handleProtocols } = options;
  options.handleProtocols = (protocols, request) => {
    const own = token()?.ofApplication(protocols) ?? protocols;
    if (own.size === 0) return false;
    return handleProtocols ? handleProtocols(own, request) : own.values().next().value;
  };
}

/** By its parameters, as `ws` does. */
function isSynchronous(verifyClient: VerifyClient): verifyClient is (info: VerifyInfo) => boolean {
  return verifyClient.length !== 2;
}
