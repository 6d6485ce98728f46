/** Why credentials cannot be used: a stable code for the log. */
export type UnusableReason = 'too_long' | 'malformed_credentials' | 'ambiguous_credentials' | 'cross_site_request';

/** Credentials of the requested kind: none, unusable ones, or their text. */
export type Credentials =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed'; readonly reason: UnusableReason }
  | { readonly kind: 'present'; readonly value: string };
