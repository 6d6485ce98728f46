export type { AccessRule, AccessRules, AccessRulesFile, ResourceAccessControl } from './access-control/access-rule.js';
export type { ContextSyntax } from './access-control/pattern/context-pattern.js';
export type { ProtectOptions } from './access-control/protected-mounts.js';
export { AuthModule } from './auth.module.js';
export type { AuthModuleExtras, AuthModuleOptions, AuthOptionsFactory } from './auth.options.js';
export { AuthService } from './auth.service.js';
export { type AdmissionEvent, AuthEventSink, type DenialEvent, type StepReport } from './auth-event.js';
export type { Authorizer } from './authorizer.js';
export type { MessageClient } from './client/attach.js';
export type {
  AuthClientConfig,
  BearerTokenConfig,
  ClientAuthConfig,
  ClientAuthConfigs,
  CredentialsConfig,
} from './client/auth-client.config.js';
export { AuthClient, type AuthClientInit } from './client/auth-client.js';
export { AuthClients } from './client/auth-clients.js';
export { FetchFailedError, type FetchFailure } from './client/fetch-failed.error.js';
export type {
  GrantConfig,
  OAuth2ClientCredentialsGrantConfig,
  OAuth2JwtBearerGrantConfig,
  OAuth2RefreshTokenGrantConfig,
  OAuth2TokenExchangeGrantConfig,
  TokenClientConfig,
} from './client/grant.config.js';
export { getAuthClientToken, InjectAuthClient } from './client/inject-auth-client.decorator.js';
export type { IssuerAlgorithm, IssuerSignatureConfig, JwtIssuerConfig } from './client/jwt-issuer.config.js';
export { TokenRefusedError } from './client/token-refused.error.js';
export { type EnvironmentReader, type EnvironmentSource, fromEnvironment, type SettingsService } from './config/from-environment.js';
export type { SecretOctets } from './config/octets.js';
export type {
  AllOfEntry,
  AuthEntry,
  InlineEntry,
  NamedEntry,
  ResourceDeclaration,
  SchemeConfig,
  ServiceDeclaration,
} from './decorators/auth-entry.js';
export { ResourceAuth, type ResourceAuthOptions } from './decorators/resource-auth.decorator.js';
export { ServiceAuth, type ServiceAuthOptions } from './decorators/service-auth.decorator.js';
export { AuthConfigurationError, AuthUnavailableError, type ConfigurationProblem } from './errors.js';
export { LoggerEventSink } from './guard/auth-event.sink.js';
export {
  AccessDeniedException,
  AmbiguousCredentialsException,
  AmbiguousPathException,
  type AnswerHeaders,
  AuthUnavailableException,
  type RefusalException,
  TooManyAttemptsException,
  UnauthenticatedException,
} from './guard/exceptions.js';
export { AuthHealthIndicator, type AuthHealthOptions, type AuthHealthResult, type SchemeHealth } from './health/auth-health-indicator.js';
export type { AccessTokens } from './http/access-tokens.js';
export type { AuthRequest } from './http/auth-request.js';
export type { Challenge } from './http/challenge.js';
export type { CredentialForm } from './http/credential-form.js';
export type { ForwardedPreset } from './http/forwarded-presets.js';
export type { RouteMethods } from './http/route-methods.js';
export type { CookieTokenSource, HeaderTokenSource, TokenSource } from './http/token-source.js';
export type {
  HandshakeAuthTokenSource,
  MessageTokenSource,
  SubprotocolTokenSource,
  WebSocketOptions,
  WebSocketTokenSource,
} from './http/web-socket.config.js';
export type { FrameworkRequest } from './http/wire-request.js';
export type { CacheConfig } from './memory/cache-config.js';
export type {
  DecisionsWithoutState,
  PromptState,
  SharedState,
  SharedStateAccess,
  SharedStateConfig,
  WithoutSharedState,
} from './memory/shared-state.js';
export type {
  AssertionAlgorithm,
  ClientSecretAuthConfig,
  DirectAuthConfig,
  PrivateKeyJwtAuthConfig,
  TlsClientAuthConfig,
} from './oauth/client-auth.config.js';
export type { ClientConfig, HeaderFile } from './outgoing/client-config.js';
export type { BreakerState, DependencyHealth, Tally } from './outgoing/dependency-health.js';
export type { PolicyDecision, PolicyEntry, PolicyWayIn } from './plan/policy.js';
export {
  type AuthMethod,
  type AuthUser,
  type CertificateSummary,
  createPrincipal,
  type Principal,
  type PrincipalInit,
} from './principal.js';
export type { EnricherCacheConfig, Enrichment, PrincipalEnricher } from './principal-enricher.js';
export { type DescribedAuthorizer, withArgs } from './requirements/authorizers.js';
export type { ClaimRequirement, ClaimValue } from './requirements/claims.js';
export type { DescribedRequirements, Requirements, RuleRequirements } from './requirements/every-requirement.js';
export type { AnyOrAll, NameRequirement } from './requirements/name-set.js';
export type { AuthorizerUse } from './requirements/requirement.js';
export type { ScopeRequirement } from './requirements/scopes.js';
export type { GuardOrderOption, ResponseBody, RpcOptions, UnannotatedPolicy } from './resolved-options.js';
export type { ResourceConfig } from './resource.config.js';
export type {
  Revocation,
  RevocationConfig,
  SessionRevocation,
  SubjectRevocation,
  TokenRevocation,
} from './revocation/revocation.js';
export type { ApiKeyStoreConfig } from './strategies/api-key/api-key-store.config.js';
export type { FailedLoginsConfig, Limiter, LimiterAnswer, LimiterOptions } from './strategies/basic/failed-logins.config.js';
export type { FileUserStoreConfig } from './strategies/basic/file/file-user-store.config.js';
export type { LdapUserStoreConfig } from './strategies/basic/ldap/ldap-user-store.config.js';
export type { DpopConfig, DpopMode, DpopOption } from './strategies/binding/dpop/dpop.config.js';
export type { ClaimsConfig, TokenPrincipal, ToPrincipal } from './strategies/claims/claims.config.js';
export type { DiscoveryConfig } from './strategies/jwt/discovery.config.js';
export type { IssuerConfig, IssuerTemplate } from './strategies/jwt/issuer.config.js';
export type {
  JsonWebKeySet,
  JwksConfig,
  JwtValidatorConfig,
  KeyMaterials,
  RejectedCacheConfig,
  SignatureConfig,
  TokenProfile,
  TrustStoreConfig,
} from './strategies/jwt/jwt-validator.config.js';
export type {
  CertificateMapping,
  ForwardedCertificateConfig,
  ForwardedPresetConfig,
  ForwardedVerificationConfig,
  IntermediateCertValidation,
  MutualSslConfig,
  SystemMapping,
  UserMapping,
  UsernameSource,
} from './strategies/mutual-tls/mutual-ssl.config.js';
export type {
  ClientCredentialsAuthConfig,
  IntrospectionAuthConfig,
  IntrospectionCacheConfig,
  IntrospectionClientConfig,
  OAuth2IntrospectionConfig,
} from './strategies/oauth2-introspection/oauth2-introspection.config.js';
export {
  type Absent,
  type Accepted,
  type Authenticator,
  type AuthenticatorStats,
  type AuthSchemeConfigs,
  type AuthStrategy,
  type ChallengeAnswer,
  type Denial,
  type Mechanism,
  type Rejected,
  StrategyHost,
  type Verdict,
} from './strategies/strategy.js';
export type { Pkcs12File } from './tls/pkcs12.js';
export type {
  ClientSecureSocket,
  KeyConfig,
  ListenerMutualSsl,
  SecureSocketConfig,
  TlsVersion,
  VerifyClient,
} from './tls/secure-socket.config.js';
export { type SecureServerOptions, secureSocket } from './tls/secure-socket.js';
export { type ReloadableServer, reloadSecureSocket, type WatchOptions, watchSecureSocket } from './tls/secure-socket-reload.js';
export { AuthGuard } from './transport/auth.guard.js';
export { CurrentPrincipal } from './transport/current-principal.decorator.js';
export type { Protection } from './transport/http/mount-guard.js';
export type { TransportName } from './transport-name.js';
