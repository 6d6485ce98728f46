/** The `User-Agent` of every call, unless `customHeaders` has one: the package and its version, which a test compares with package.json. @see RFC 9110 §10.1.5 */
export const USER_AGENT = 'nest-service-auth/0.1.0';
