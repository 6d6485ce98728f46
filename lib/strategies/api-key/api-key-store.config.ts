/** Authenticates clients by the API keys of a TOML file, which a request carries in a header field of their own. */
export interface ApiKeyStoreConfig {
  /**
   * The file with the keys (`[[auth.apiKeys]]`), relative to the working directory. It is read again when it changes.
   * @defaultValue 'Config.toml'
   */
  readonly path?: string;
  /**
   * The header field that carries the key, in any case. `Authorization`, `Proxy-Authorization` and `Cookie` are refused.
   * @defaultValue 'x-api-key'
   */
  readonly header?: string;
}

declare module '../strategy.js' {
  interface AuthSchemeConfigs {
    /** Authenticates clients by the API keys of a TOML file. */
    apiKeyStoreConfig: ApiKeyStoreConfig;
  }
}
