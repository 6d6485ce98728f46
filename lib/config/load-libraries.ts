/** What the OAuth library exports. */
export type OAuth = typeof import('oauth4webapi');

/** Loads the OAuth library: only applications that request tokens or read metadata need it. webpack keeps it in the bundle's own file. */
export function loadOAuth(): Promise<OAuth> {
  return import(/* webpackMode: "eager" */ 'oauth4webapi');
}

/** Loads jose, as {@link loadOAuth} does: only applications that sign something, or accept DPoP proofs, need it. */
export function loadJose(): Promise<typeof import('jose')> {
  return import(/* webpackMode: "eager" */ 'jose');
}
