// A forward proxy in a process of its own: tunnels for CONNECT, the absolute form for the rest. It tells its parent what it was asked and every byte that it saw.
import { createServer as createHttpServer, request as startRequest } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';

/** `{ tls?, authorization?, silent?, hosts }`: which port of this machine a `host:port` means. */
const { tls, authorization, silent = false, hosts } = JSON.parse(process.argv[2] ?? '{}');
const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
const tell = (message) => process.send?.(message);

function refusal(headers) {
  return authorization !== undefined && headers['proxy-authorization'] !== authorization ? 407 : undefined;
}

function portOf(target) {
  return hosts[target];
}

server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) => {
  socket.on('data', (bytes) => tell({ seen: bytes.toString('latin1') }));
  socket.on('error', () => {});
});

server.on('connect', (request, socket) => {
  tell({ asked: [`CONNECT ${request.url}`], headers: [request.headers] });
  socket.on('end', () => socket.destroy()).resume();
  if (silent) return;
  const port = portOf(request.url);
  const status = refusal(request.headers) ?? (port === undefined ? 502 : undefined);
  if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
  const through = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  through.on('error', () => socket.destroy());
  socket.on('close', () => through.destroy());
  through.pipe(socket).pipe(through);
});

server.on('request', (request, response) => {
  tell({ asked: [`${request.method} ${request.url}`], headers: [request.headers] });
  if (silent) return;
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  const port = url && portOf(`${url.hostname}:${url.port || 80}`);
  const status = refusal(request.headers) ?? (port === undefined ? 502 : undefined);
  if (status !== undefined) return void response.writeHead(status).end();
  const { 'proxy-authorization': _own, ...headers } = request.headers;
  const onward = startRequest(
    { host: '127.0.0.1', port, method: request.method, path: `${url.pathname}${url.search}`, headers },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  request.pipe(onward);
});

server.listen(0, '127.0.0.1', () => tell({ port: server.address().port }));
process.on('message', (message) => message === 'connections' && server.getConnections((_error, count) => tell({ connections: [count] })));
process.on('disconnect', () => process.exit());
