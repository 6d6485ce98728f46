/**
 * How a contender protects an application.
 *
 * @typedef {object} Protection
 * @property {readonly any[]} [imports] - the modules that it needs
 * @property {readonly any[]} [providers] - the providers that it needs
 * @property {any} [guard] - the token of the guard; none where nothing protects
 * @property {boolean} [isGlobal] - whether its module puts the guard before every route by itself
 */

/**
 * What a contender is told of the issuer.
 *
 * @typedef {object} Trust
 * @property {string} alg
 * @property {string} issuer
 * @property {string} audience
 * @property {string} jwksUri
 * @property {string} pem
 * @property {{ issuer: string, jwksUri: string }} [partner] - another issuer, whose tokens do not come
 */

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {readonly string[]} algorithms - those that it can verify
 * @property {'cookie'} [carrier] - where the token is, unless it is in `Authorization`
 * @property {(trust: Trust) => Protection} protect
 */

export {};
