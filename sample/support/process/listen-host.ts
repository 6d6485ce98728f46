/** The address to listen on. The default is loopback, because the passwords of the demo are public. */
export function listenHost(env: NodeJS.ProcessEnv): string {
  return env.LISTEN_HOST ?? '127.0.0.1';
}
