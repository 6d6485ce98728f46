import * as loaded from 'ipaddr.js';

/**
 * The package `ipaddr.js`, however it was loaded: as CommonJS from an ES module, or by `require()` where a test runner has made CommonJS of this
 * package, with and without a `default`.
 */
export const ipaddr: typeof loaded = (loaded as { readonly default?: typeof loaded }).default ?? loaded;
