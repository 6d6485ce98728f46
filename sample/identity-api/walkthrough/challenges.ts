/** What a 401 tells the caller to send, by scheme. */
export const CHALLENGES = {
  users: 'Basic realm="identity", charset="UTF-8"',
  tokens: 'Bearer realm="identity"',
  certificates: 'ClientCertificate realm="identity"',
  keys: 'ApiKey realm="identity"',
} as const;

/** What it says of a token that is not good. */
export const INVALID_TOKEN = `${CHALLENGES.tokens}, error="invalid_token"`;
