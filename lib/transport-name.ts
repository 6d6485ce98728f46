/** The kind of a call: a request to a route, an operation or field of GraphQL, a message to a gateway, a message to a microservice; `other` for a context that is not known, whose calls are refused. */
export type TransportName = 'http' | 'graphql' | 'ws' | 'rpc' | 'other';
