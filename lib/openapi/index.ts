export type { OperationAccess } from './access.js';
export { type DescribeAuthOptions, describeAuth } from './describe-auth.js';
export type { OAuthFlow, OpenApiDocument, SecurityRequirement, SecurityScheme } from './document.js';
