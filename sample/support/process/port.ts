/**
 * Reads a port from an environment variable. An empty variable counts as not set.
 *
 * @throws Error if it is not a port number.
 */
export function portFrom(env: NodeJS.ProcessEnv, name: string, standard: number): number {
  const value = Number(env[name] || standard);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new Error(`${name} must be a port number, not '${env[name]}'.`);
  return value;
}
