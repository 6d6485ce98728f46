/** The address to listen on. Loopback only, unless the environment says otherwise: the passwords of the demo are written in its source. */
export function listenHost(env: NodeJS.ProcessEnv): string {
  return env.LISTEN_HOST ?? '127.0.0.1';
}
