import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EstateExport, Json } from '../../export.ts';
import { told, type Block } from './block.ts';
import type { Reader } from './reader.ts';

type Action = Json<Elb.Action>;
type Condition = Json<Elb.RuleCondition>;

/** Where requests go. Terraform keeps a single target group beside the block of several, and fills the one that was written. */
function forward(block: Block): Action['ForwardConfig'] {
  const stickiness = block.one('stickiness');
  return told({
    TargetGroups: block
      .many('target_group')
      ?.map((group) => told({ TargetGroupArn: group.text('arn'), Weight: group.count('weight') })),
    TargetGroupStickinessConfig:
      stickiness === undefined
        ? undefined
        : told({ Enabled: stickiness.flag('enabled'), DurationSeconds: stickiness.number('duration') }),
  });
}

/** What both ways of signing in say. The client's secret is left where it is, as DescribeRules leaves it. */
const signIn = (block: Block) => {
  block.skip('client_secret');
  return {
    SessionCookieName: block.text('session_cookie_name'),
    Scope: block.text('scope'),
    SessionTimeout: block.number('session_timeout'),
    AuthenticationRequestExtraParams: block.map('authentication_request_extra_params'),
    OnUnauthenticatedRequest: block.text('on_unauthenticated_request'),
  };
};

function action(block: Block): Action {
  const several = block.one('forward');
  const redirect = block.one('redirect');
  const fixed = block.one('fixed_response');
  const cognito = block.one('authenticate_cognito');
  const oidc = block.one('authenticate_oidc');
  return told({
    Type: block.text('type') as Elb.ActionTypeEnum,
    TargetGroupArn: block.text('target_group_arn'),
    Order: block.number('order'),
    ForwardConfig: several === undefined ? undefined : forward(several),
    RedirectConfig:
      redirect === undefined
        ? undefined
        : (told({
            Protocol: redirect.text('protocol'),
            Port: redirect.text('port'),
            Host: redirect.text('host'),
            Path: redirect.text('path'),
            Query: redirect.text('query'),
            StatusCode: redirect.text('status_code'),
          }) as Json<Elb.RedirectActionConfig>),
    FixedResponseConfig:
      fixed === undefined
        ? undefined
        : told({
            MessageBody: fixed.text('message_body'),
            StatusCode: fixed.text('status_code'),
            ContentType: fixed.text('content_type'),
          }),
    AuthenticateCognitoConfig:
      cognito === undefined
        ? undefined
        : (told({
            UserPoolArn: cognito.text('user_pool_arn'),
            UserPoolClientId: cognito.text('user_pool_client_id'),
            UserPoolDomain: cognito.text('user_pool_domain'),
            ...signIn(cognito),
          }) as Json<Elb.AuthenticateCognitoActionConfig>),
    AuthenticateOidcConfig:
      oidc === undefined
        ? undefined
        : (told({
            Issuer: oidc.text('issuer'),
            AuthorizationEndpoint: oidc.text('authorization_endpoint'),
            TokenEndpoint: oidc.text('token_endpoint'),
            UserInfoEndpoint: oidc.text('user_info_endpoint'),
            ClientId: oidc.text('client_id'),
            ...signIn(oidc),
          }) as Json<Elb.AuthenticateOidcActionConfig>),
  });
}

const values = (one: Block) => told({ Values: one.texts('values'), RegexValues: one.texts('regex_values') });

/** The conditions of one block: one, but nothing keeps Terraform from several. */
function conditions(block: Block): Condition[] {
  const host = block.one('host_header');
  const path = block.one('path_pattern');
  const header = block.one('http_header');
  const method = block.one('http_request_method');
  const source = block.one('source_ip');
  // A data source has one block more around the values.
  const query = block.many('query_string')?.flatMap((one) => one.many('values') ?? [one]);
  const found: (Condition | undefined)[] = [
    host && { Field: 'host-header', HostHeaderConfig: values(host) },
    path && { Field: 'path-pattern', PathPatternConfig: values(path) },
    header && {
      Field: 'http-header',
      HttpHeaderConfig: told({ HttpHeaderName: header.text('http_header_name'), ...values(header) }),
    },
    method && { Field: 'http-request-method', HttpRequestMethodConfig: values(method) },
    source && { Field: 'source-ip', SourceIpConfig: values(source) },
    query && {
      Field: 'query-string',
      QueryStringConfig: { Values: query.map((one) => told({ Key: one.text('key'), Value: one.text('value') })) },
    },
  ];
  return found.flatMap((one) => one ?? []);
}

const listener: Reader = (block, draft) => {
  const id = block.text('id');
  const certificate = block.text('certificate_arn');
  const alpn = block.text('alpn_policy');
  const mutual = block.one('mutual_authentication');
  const found = told({
    ListenerArn: block.text('arn') ?? id,
    LoadBalancerArn: block.text('load_balancer_arn'),
    Port: block.number('port'),
    Protocol: block.text('protocol') as Elb.ProtocolEnum | undefined,
    SslPolicy: block.text('ssl_policy'),
    Certificates: certificate === undefined ? undefined : [{ CertificateArn: certificate }],
    AlpnPolicy: alpn === undefined ? undefined : [alpn],
    DefaultActions: (block.many('default_action') ?? []).map(action),
    MutualAuthentication:
      mutual === undefined
        ? undefined
        : (told({
            Mode: mutual.text('mode'),
            TrustStoreArn: mutual.text('trust_store_arn'),
            IgnoreClientCertificateExpiry: mutual.flag('ignore_client_certificate_expiry'),
            AdvertiseTrustStoreCaNames: mutual.text('advertise_trust_store_ca_names'),
          }) as Json<Elb.MutualAuthenticationAttributes>),
  });
  block.skip('tags', 'tags_all', 'timeouts', 'tcp_idle_timeout_seconds');
  // They name headers, and change no request's way.
  block.skipStartingWith('routing_http_');
  draft.elbv2.listeners.push(found);
  return found;
};

/** A listener's default rule is no resource of its own; it is the listener's default actions. */
const rule: Reader = (block, draft) => {
  const id = block.text('id');
  const found: EstateExport['elbv2']['rules'][number] = told({
    RuleArn: block.text('arn') ?? id,
    ListenerArn: block.text('listener_arn'),
    Priority: block.text('priority'),
    Conditions: (block.many('condition') ?? []).flatMap(conditions),
    Actions: (block.many('action') ?? []).map(action),
    IsDefault: false,
  }) as EstateExport['elbv2']['rules'][number];
  block.skip('tags', 'tags_all');
  draft.elbv2.rules.push(found);
  return found;
};

/** Listeners and their rules, by the end of Terraform's type: both `aws_lb` and `aws_alb` come before it. */
export const LISTENERS: Readonly<Record<string, Reader>> = { listener, listener_rule: rule };
