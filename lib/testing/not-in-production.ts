/**
 * Refuses to work in a production process: what this entry point offers replaces the authentication.
 *
 * @throws Error if `NODE_ENV` is `production`.
 */
export function refuseInProduction(what: string): void {
  if (process.env.NODE_ENV === 'production')
    throw new Error(
      `${what} replaces the authentication of an application, and NODE_ENV is "production". Use nest-service-auth/testing in tests only.`,
    );
}
