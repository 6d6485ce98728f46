import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import type { IssuedCertificate, TestCa } from './certificates.js';

/** Whether this release of Node shows a server the intermediate certificates that its client sent. */
export async function sentChainIsShown(root: TestCa, intermediate: TestCa, client: IssuedCertificate): Promise<boolean> {
  const { certPem, keyPem } = await root.issue();
  const server = createServer({ cert: certPem, key: keyPem, ca: root.certPem, requestCert: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const secured = once(server, 'secureConnection');
  const socket = connect({ port, host: '127.0.0.1', ca: root.certPem, cert: client.certPem + intermediate.certPem, key: client.keyPem });
  try {
    const [connection] = (await secured) as [TLSSocket];
    return connection.getPeerCertificate(true).issuerCertificate?.raw !== undefined;
  } finally {
    socket.destroy();
    server.close();
  }
}
