/**
 * Reads a port from an environment variable; one that is empty is not set.
 *
 * @throws Error if it is not one.
 */
export function portFrom(env: NodeJS.ProcessEnv, name: string, standard: number): number {
  const value = Number(env[name] || standard);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new Error(`${name} must be a port number, not '${env[name]}'.`);
  return value;
}
