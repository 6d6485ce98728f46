/** The challenges of a 401, by scheme. */
export const CHALLENGES = {
  users: 'Basic realm="identity", charset="UTF-8"',
  tokens: 'Bearer realm="identity"',
  certificates: 'ClientCertificate realm="identity"',
  keys: 'ApiKey realm="identity"',
} as const;

/** The challenge after an invalid token. */
export const INVALID_TOKEN = `${CHALLENGES.tokens}, error="invalid_token"`;
