/**
 * Who may ask this STS for tokens. FOR DEMONSTRATION ONLY: the secrets are public, and in clear.
 * A real STS keeps them hashed, and somewhere else.
 */
export interface Account {
  readonly name: string;
  readonly secret: string;
  /** The scopes that it may have. */
  readonly scopes: readonly string[];
}

/** The application that may call the token endpoint. */
export const DEMO_CLIENT: Account = { name: 'demo-client', secret: 'demo-client-secret', scopes: ['add_order'] };

/** The people of the guide. */
export const DEMO_USERS: readonly Account[] = [
  { name: 'counter', secret: 'counter-demo-password', scopes: ['add_order'] },
  { name: 'admin', secret: 'admin-demo-password', scopes: ['add_order', 'update_order', 'cancel_order'] },
];
