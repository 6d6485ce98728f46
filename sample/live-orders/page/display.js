/* global io */
const [form, status, place, list] = ['login', 'status', 'place', 'orders'].map((id) => document.getElementById(id));

let token = '';
// The token is asked for at each connection, so that one that ends with a server's restart continues with the newest.
const socket = io({ autoConnect: false, auth: (send) => send({ token }) });

const show = (text) => {
  status.textContent = text;
  place.disabled = !socket.connected;
};
const add = ({ id, placedBy, status: state }) => {
  const line = document.createElement('li');
  line.textContent = `${id}, by ${placedBy}: ${state}`;
  list.append(line);
};

// After every connection the server sends all orders: those of the time without a login are among them.
socket.on('orders', ({ shownTo, orders }) => {
  list.replaceChildren();
  orders.forEach(add);
  show(`Connected as ${shownTo}.`);
});
socket.on('orders.placed', add);

// The server ends the connection when the login expires. Another end is a matter of the network, and socket.io connects again by itself.
socket.on('disconnect', (reason) =>
  show(reason === 'io server disconnect' ? 'The login has expired. Log in again.' : 'Connecting again …'),
);
socket.on('connect_error', ({ data, message }) => show(data ? `Refused: ${data.reason ?? data.code}.` : `No connection: ${message}.`));

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { name, password, seconds } = Object.fromEntries(new FormData(form));
  const headers = { Authorization: `Basic ${btoa(`${name}:${password}`)}` };
  // Without `omit` the browser would ask for the password itself after a 401.
  const answer = await fetch(`/login?seconds=${seconds}`, { method: 'POST', headers, credentials: 'omit' });
  if (!answer.ok) return show(`The login was refused: ${answer.status}.`);
  token = (await answer.json()).access_token;
  socket.disconnect().connect();
});

place.addEventListener('click', async () => {
  const query = 'mutation ($order: NewOrder!) { placeOrder(order: $order) { status } }';
  const order = { id: crypto.randomUUID(), items: [{ category: 'books', code: '978-1617295959', qty: 1 }] };
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const answer = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables: { order } }) });
  const { errors } = await answer.json();
  if (errors) show(`The order was refused: ${errors[0].extensions.code}.`);
});
