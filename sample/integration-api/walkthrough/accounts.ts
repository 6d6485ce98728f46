/** The callers of the walkthrough, each as `name:secret`. FOR DEMONSTRATION ONLY: the secrets are public. */
export const ACCOUNTS = {
  office: 'office:office-demo-secret',
  acme: 'acme:acme-demo-secret',
  monitor: 'monitor:monitor-demo-password',
  operator: 'operator:operator-demo-password',
} as const;
