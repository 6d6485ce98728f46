import { HandshakeContext } from '../../../../lib/transport/web-socket/handshake-context.js';

class Gateway {}
const handle = () => undefined;

describe('the context of a connection', () => {
  const [client, connection] = [{ name: 'a client' }, { name: 'a connection' }];
  const context = new HandshakeContext(Gateway, handle, [client, connection]);

  it('has the gateway, its function and the parameters of one', () => {
    expect([context.getClass(), context.getHandler(), context.getType()]).toEqual([Gateway, handle, 'ws']);
    expect([context.getArgs(), context.getArgByIndex(1)]).toEqual([[client, connection], connection]);
  });

  it('gives authorizers the client and the handshake, in the form of each transport', () => {
    const ws = context.switchToWs();
    expect([ws.getClient(), ws.getData(), ws.getPattern()]).toEqual([client, connection, 'handleConnection']);
    const http = context.switchToHttp();
    expect([http.getRequest(), http.getResponse(), http.getNext()]).toEqual([connection, undefined, undefined]);
    const rpc = context.switchToRpc();
    expect([rpc.getData(), rpc.getContext()]).toEqual([connection, client]);
  });
});
