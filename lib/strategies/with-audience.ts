/**
 * A config whose tokens must have one of `audiences` where it does not say what they must have.
 *
 * @param audiences - those of the protected resource; undefined where there is none.
 * @see RFC 8707 §2
 */
export function withAudience<C>(config: C, audiences: readonly string[] | undefined): C {
  if (audiences === undefined || typeof config !== 'object' || config === null || Object.hasOwn(config, 'audience')) return config;
  return { ...config, audience: audiences };
}
