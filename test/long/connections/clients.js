import { once } from 'node:events';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';

// Opens connections, each with a token of its own, and keeps them: node clients.js <port> <secret of the tokens> <number> <part>.
const [port, secret, count, part] = process.argv.slice(2);
const AT_ONCE = 50;
const key = new TextEncoder().encode(secret);
const open = [];

async function connect(index) {
  // The moments at which they expire differ, as they do in life.
  const claims = { scope: 'add_order read', exp: Math.floor(Date.now() / 1000) + 3600 + (index % 600) };
  const token = new SignJWT({ ...claims, iss: 'sts', aud: 'orders', sub: `user-${part}-${index}` });
  const authorization = `Bearer ${await token.setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key)}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: { authorization }, perMessageDeflate: false });
  await once(socket, 'open');
  socket.send('{"event":"ping"}');
  await once(socket, 'message');
  open.push(socket);
}

for (let from = 0; from < Number(count); from += AT_ONCE) {
  const size = Math.min(AT_ONCE, Number(count) - from);
  await Promise.all(Array.from({ length: size }, (_, index) => connect(from + index)));
}
process.on('disconnect', () => process.exit());
process.send?.('open');
