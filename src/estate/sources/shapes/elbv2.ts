import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ShapeOf } from './shape.ts';

/* What a person declares of a load balancer, held against the SDK's types like App Mesh's specifications. */

const values = { Values: ['text'] } as const;
const patterns = { Values: ['text'], RegexValues: ['text'] } as const;

const signIn = {
  SessionCookieName: 'text',
  Scope: 'text',
  SessionTimeout: 'number',
  AuthenticationRequestExtraParams: 'texts',
  OnUnauthenticatedRequest: 'text',
} as const;

const actions = [
  {
    Type: 'text',
    TargetGroupArn: 'text',
    AuthenticateOidcConfig: {
      ...signIn,
      Issuer: 'text',
      AuthorizationEndpoint: 'text',
      TokenEndpoint: 'text',
      UserInfoEndpoint: 'text',
      ClientId: 'text',
      ClientSecret: 'text',
      UseExistingClientSecret: 'flag',
    },
    AuthenticateCognitoConfig: { ...signIn, UserPoolArn: 'text', UserPoolClientId: 'text', UserPoolDomain: 'text' },
    Order: 'number',
    RedirectConfig: { Protocol: 'text', Port: 'text', Host: 'text', Path: 'text', Query: 'text', StatusCode: 'text' },
    FixedResponseConfig: { MessageBody: 'text', StatusCode: 'text', ContentType: 'text' },
    ForwardConfig: {
      TargetGroups: [{ TargetGroupArn: 'text', Weight: 'number' }],
      TargetGroupStickinessConfig: { Enabled: 'flag', DurationSeconds: 'number' },
    },
    JwtValidationConfig: {
      JwksEndpoint: 'text',
      Issuer: 'text',
      AdditionalClaims: [{ Format: 'text', Name: 'text', Values: ['text'] }],
    },
  },
] as const satisfies ShapeOf<Elb.Action[]>;

export const LISTENER = {
  LoadBalancerArn: 'text',
  Port: 'number',
  Protocol: 'text',
  Certificates: [{ CertificateArn: 'text', IsDefault: 'flag' }],
  SslPolicy: 'text',
  DefaultActions: actions,
  AlpnPolicy: ['text'],
  MutualAuthentication: {
    Mode: 'text',
    TrustStoreArn: 'text',
    IgnoreClientCertificateExpiry: 'flag',
    TrustStoreAssociationStatus: 'text',
    AdvertiseTrustStoreCaNames: 'text',
  },
} as const satisfies ShapeOf<Omit<Elb.Listener, 'ListenerArn'>>;

const rewrites = { Rewrites: [{ Regex: 'text', Replace: 'text' }] } as const;

export const RULE = {
  Priority: 'text',
  Conditions: [
    {
      Field: 'text',
      Values: ['text'],
      HostHeaderConfig: patterns,
      PathPatternConfig: patterns,
      HttpHeaderConfig: { HttpHeaderName: 'text', ...patterns },
      QueryStringConfig: { Values: [{ Key: 'text', Value: 'text' }] },
      HttpRequestMethodConfig: values,
      SourceIpConfig: { ...values, IpAddressType: 'text' },
      RegexValues: ['text'],
    },
  ],
  Actions: actions,
  Transforms: [{ Type: 'text', HostHeaderRewriteConfig: rewrites, UrlRewriteConfig: rewrites }],
} as const satisfies ShapeOf<Omit<Elb.Rule, 'RuleArn' | 'IsDefault'>>;

export const TARGET_GROUP = {
  TargetGroupName: 'text',
  Protocol: 'text',
  Port: 'number',
  VpcId: 'text',
  HealthCheckProtocol: 'text',
  HealthCheckPort: 'text',
  HealthCheckEnabled: 'flag',
  HealthCheckIntervalSeconds: 'number',
  HealthCheckTimeoutSeconds: 'number',
  HealthyThresholdCount: 'number',
  UnhealthyThresholdCount: 'number',
  HealthCheckPath: 'text',
  Matcher: { HttpCode: 'text', GrpcCode: 'text' },
  TargetType: 'text',
  ProtocolVersion: 'text',
  IpAddressType: 'text',
  TargetControlPort: 'number',
} as const satisfies ShapeOf<Omit<Elb.TargetGroup, 'TargetGroupArn' | 'LoadBalancerArns'>>;

export const LOAD_BALANCER = {
  LoadBalancerName: 'text',
  Scheme: 'text',
  Type: 'text',
  SecurityGroups: ['text'],
  IpAddressType: 'text',
} as const satisfies ShapeOf<
  Pick<Elb.LoadBalancer, 'LoadBalancerName' | 'Scheme' | 'Type' | 'SecurityGroups' | 'IpAddressType'>
>;

export const ATTRIBUTES = [{ Key: 'text', Value: 'text' }] as const satisfies ShapeOf<Elb.TargetGroupAttribute[]>;
