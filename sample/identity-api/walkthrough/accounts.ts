/** The callers of the walkthrough, each as `name:password`, and a key. FOR DEMONSTRATION ONLY: the secrets are public. */
export const ACCOUNTS = {
  admin: 'admin:admin-demo-password',
  manager: 'manager:manager-demo-password',
  viewer: 'viewer:viewer-demo-password',
  developer: 'developer:developer-demo-password',
} as const;

/** The key of a program that synchronizes another directory with this one. */
export const API_KEY = 'directory-sync-demo-key';
