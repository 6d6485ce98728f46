/** Somebody whom the STS knows. FOR DEMONSTRATION ONLY: a real STS keeps its users somewhere else. */
export interface User {
  /** What tokens call the user: `sub`. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** What the user may do. */
  readonly scopes: readonly string[];
  /** For the password grant; public, and in clear. Who has none can only log in through the gateway's demo login. */
  readonly password?: string;
}

const COUNTER = ['add_order'] as const;
const ADMIN = ['add_order', 'update_order', 'cancel_order'] as const;

/** Every scope of the order service. */
export const SCOPES: readonly string[] = ADMIN;

/** Alice stands at the counter and Bob is in charge; `counter` and `admin` are what the guide's own tokens call the two. */
export const USERS: readonly User[] = [
  { id: 'alice', name: 'Alice Perera', email: 'alice@shop.example', scopes: COUNTER },
  { id: 'bob', name: 'Bob Fernando', email: 'bob@shop.example', scopes: ADMIN },
  { id: 'counter', name: 'The Counter', email: 'counter@shop.example', scopes: COUNTER, password: 'counter-demo-password' },
  { id: 'admin', name: 'The Administrator', email: 'admin@shop.example', scopes: ADMIN, password: 'admin-demo-password' },
];

/** The user of this name. */
export function findUser(id: string): User | undefined {
  return USERS.find((user) => user.id === id);
}
