import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { importPackage } from '../../../config/optional-package.js';
import type { OpenSockets } from '../../../outgoing/open-sockets.js';
import { withinTime } from '../../../outgoing/within-time.js';
import { DirectoryTimeoutError } from './directory-down.error.js';
import type { Endpoint } from './directory-settings.js';

/** The name of the operation that starts TLS. @see RFC 4511 §4.14.1 */
const START_TLS = '1.3.6.1.4.1.1466.20037';

/**
 * Opens a connection to a directory, with its TLS established and the server's certificate verified.
 *
 * @param sockets - keeps the connection until it is closed.
 * @throws the reason why it cannot connect; DirectoryDownError when it takes too long.
 */
export function dial(ldapts: Ldapts, endpoint: Endpoint, sockets: OpenSockets): Promise<Socket> {
  const { host, port, security, connectTimeout } = endpoint;
  const overTls = security === 'ldaps';
  const socket = overTls ? connectTls({ ...tlsOptions(endpoint), host, port }) : connect({ host, port });
  keepErrorsQuiet(socket);
  sockets.keep(socket).setKeepAlive(true);
  const established = async () => {
    await once(socket, overTls ? 'secureConnect' : 'connect');
    return security === 'startTls' ? startTls(ldapts, socket, endpoint) : socket;
  };
  const opening = established();
  opening.catch(() => socket.destroy());
  return withinTime(
    connectTimeout,
    () => opening,
    () => {
      socket.destroy();
      throw new DirectoryTimeoutError('Connecting to the directory', connectTimeout);
    },
  );
}

/**
 * A client of the library that lives on one connection. On its own it would connect again whenever the connection is gone:
 * without a bind, and in clear where TLS was started, even for the next bind with its password.
 */
export function clientOn(ldapts: Ldapts, socket: Socket): InstanceType<Ldapts['Client']> {
  let isUsed = false;
  const createConnection = () => {
    if (isUsed || socket.destroyed) throw new Error('The connection to the directory is gone.');
    isUsed = true;
    return socket;
  };
  return new ldapts.Client({ url: 'ldap://directory', createConnection });
}

/**
 * The plain connection has a client of its own, which ends here: if one client read both, bytes that an attacker put on the wire
 * before TLS could become the beginning of an answer after it.
 */
async function startTls(ldapts: Ldapts, plain: Socket, endpoint: Endpoint): Promise<Socket> {
  await clientOn(ldapts, plain).exop(START_TLS);
  plain.removeAllListeners('data');
  const secure = connectTls({ ...tlsOptions(endpoint), host: endpoint.host, socket: plain });
  keepErrorsQuiet(secure);
  await once(secure, 'secureConnect');
  return secure;
}

function tlsOptions({ host, tls }: Endpoint): ConnectionOptions {
  // An IP address must not be sent as SNI; the certificate is checked against `host` in any case.
  return isIP(host) === 0 ? { ...tls, servername: host } : { ...tls };
}

/** The promise reports an error of the connection; without a listener the error would end the process. */
function keepErrorsQuiet(socket: Socket): void {
  socket.on('error', () => undefined);
}

/** The LDAP client library. */
export type Ldapts = typeof import('ldapts');

/** Loads the LDAP client library. @throws MissingPackageError when it cannot be loaded. */
export function loadLdapts(): Promise<Ldapts> {
  return importPackage('ldapts', 'Basic over LDAP');
}
