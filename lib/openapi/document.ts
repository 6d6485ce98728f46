/** A document of OpenAPI 3.0 or later, as `SwaggerModule.createDocument()` makes it: plain data, of which this is what is read. */
export interface OpenApiDocument {
  /** The version of the specification: `3.0.0`, `3.1.0`. */
  readonly openapi: string;
  /** The path items, by path. */
  paths: object;
  /** What the document refers to, with the security schemes. */
  components?: object;
}

/** One alternative of an operation's `security`: every scheme in it is needed, with its scopes. Empty where nothing is needed. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** One flow of OAuth 2.0 by which clients obtain tokens. */
export interface OAuthFlow {
  /** Where users authorize the client. */
  readonly authorizationUrl?: string;
  /** Where clients obtain tokens. */
  readonly tokenUrl?: string;
  /** Where clients refresh tokens. */
  readonly refreshUrl?: string;
  /** What each scope means. Those that operations require are added. */
  readonly scopes: Readonly<Record<string, string>>;
}

/** A security scheme of OpenAPI. */
export interface SecurityScheme {
  /** The kind of scheme. `mutualTLS` needs OpenAPI 3.1. */
  readonly type: 'http' | 'apiKey' | 'oauth2' | 'openIdConnect' | 'mutualTLS';
  /** For readers of the document. */
  readonly description?: string;
  /** For `http`: the scheme of the `Authorization` header field. */
  readonly scheme?: string;
  /** For `http` with the scheme `bearer`: the format of the token. */
  readonly bearerFormat?: string;
  /** For `apiKey`: the name of the header field, or of the cookie. */
  readonly name?: string;
  /** For `apiKey`: where it is. */
  readonly in?: 'header' | 'cookie' | 'query';
  /** For `openIdConnect`: the URL of the provider's discovery document. */
  readonly openIdConnectUrl?: string;
  /** For `oauth2`: the flows by which clients obtain tokens. */
  readonly flows?: {
    /** By password. */
    readonly password?: OAuthFlow;
    /** By client credentials. */
    readonly clientCredentials?: OAuthFlow;
    /** By authorization code. */
    readonly authorizationCode?: OAuthFlow;
    /** The implicit flow, which OAuth 2.1 removes. */
    readonly implicit?: OAuthFlow;
  };
}

/** One operation of a document. What is written to it is all that is known of it. */
export interface Operation {
  security?: readonly SecurityRequirement[];
  responses?: Record<string, unknown>;
  'x-auth'?: unknown;
}

/** An operation and where it is. */
export interface PlacedOperation {
  /** The request method, in capitals. */
  readonly method: string;
  /** The path, with parameters in braces. */
  readonly path: string;
  readonly operation: Operation;
}

/** The methods that a path item may have; `query` since OpenAPI 3.2. */
const METHODS: readonly string[] = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];
/** Those that Nest has and a path item has no field for: a document with one of them is not valid. */
const NOT_IN_OPENAPI: readonly string[] = ['search', 'propfind', 'proppatch', 'mkcol', 'copy', 'move', 'lock', 'unlock'];

/** Every operation of a document. Those whose method OpenAPI does not know are taken out. */
export function operationsOf({ paths }: OpenApiDocument): PlacedOperation[] {
  return Object.entries(paths).flatMap(([path, item]: [string, Record<string, Operation>]) => {
    for (const method of NOT_IN_OPENAPI) delete item[method];
    if (Object.keys(item).length === 0) Reflect.deleteProperty(paths, path);
    const methods = METHODS.filter((method) => item[method] !== undefined);
    return methods.map((method) => ({ method: method.toUpperCase(), path, operation: item[method] as Operation }));
  });
}

/** Whether a document is of OpenAPI 3.1 or later. */
export function isSince31({ openapi }: OpenApiDocument): boolean {
  return !openapi.startsWith('3.0');
}
