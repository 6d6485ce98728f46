import { createServer } from 'node:http';

/** An authorization server in a process of its own that finds every token active. */
const claims = {
  active: true,
  sub: 'alice',
  iss: 'https://sts.example.com',
  scope: 'openid add_order update_order',
  exp: Math.floor(Date.now() / 1000) + 3600,
};
const body = JSON.stringify(claims);
let asked = 0;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    asked++;
    response.setHeader('content-type', 'application/json').end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: /** @type {import('node:net').AddressInfo} */ (server.address()).port }));
process.on('message', () => process.send?.({ asked }));
process.on('disconnect', () => process.exit(0));
