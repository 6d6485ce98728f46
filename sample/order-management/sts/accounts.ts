/** A user of the STS. FOR DEMONSTRATION ONLY: a real STS stores its users elsewhere. */
export interface User {
  /** The `sub` of the tokens of the user. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** The scopes of the user. */
  readonly scopes: readonly string[];
  /** For the password grant: public, and in plain text. A user without one can only use the demo login. */
  readonly password?: string;
}

const COUNTER = ['add_order'] as const;
const ADMIN = ['add_order', 'update_order', 'cancel_order'] as const;

/** Every scope of the order service. */
export const SCOPES: readonly string[] = ADMIN;

/** Alice works at the counter and Bob is the administrator. The tokens of the guide call them `counter` and `admin`. */
export const USERS: readonly User[] = [
  { id: 'alice', name: 'Alice Perera', email: 'alice@shop.example', scopes: COUNTER },
  { id: 'bob', name: 'Bob Fernando', email: 'bob@shop.example', scopes: ADMIN },
  { id: 'counter', name: 'The Counter', email: 'counter@shop.example', scopes: COUNTER, password: 'counter-demo-password' },
  { id: 'admin', name: 'The Administrator', email: 'admin@shop.example', scopes: ADMIN, password: 'admin-demo-password' },
];

/** Finds the user with this name. */
export function findUser(id: string): User | undefined {
  return USERS.find((user) => user.id === id);
}
