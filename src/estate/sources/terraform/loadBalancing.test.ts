import { describe, expect, test } from 'vitest';
import { BALANCER, GROUP, LISTENER, whole, type Resource } from '../../../../test/fixtures/terraformResources.ts';

describe.each(['aws_lb', 'aws_alb'])('load balancing under the name %s', (name) => {
  const single = { type: 'forward', order: 1, target_group_arn: GROUP, forward: [] };
  const both = {
    TargetGroups: [{ TargetGroupArn: GROUP, Weight: 1 }],
    TargetGroupStickinessConfig: { Enabled: false },
  };
  const listener: Resource = [
    `${name}_listener`,
    { arn: LISTENER, load_balancer_arn: BALANCER, port: 443, protocol: 'HTTPS', default_action: [single] },
  ];

  test('a load balancer', () => {
    const balancer = {
      arn: BALANCER,
      name: 'shop',
      dns_name: 'shop.elb',
      zone_id: 'Z1',
      internal: true,
      idle_timeout: 60,
    };
    expect(whole([name, { ...balancer, subnets: ['subnet-1'], vpc_id: 'vpc-1' }]).elbv2.loadBalancers).toEqual([
      {
        LoadBalancerArn: BALANCER,
        LoadBalancerName: 'shop',
        DNSName: 'shop.elb',
        CanonicalHostedZoneId: 'Z1',
        Scheme: 'internal',
        Type: 'application',
        AvailabilityZones: [{ SubnetId: 'subnet-1' }],
        VpcId: 'vpc-1',
      },
    ]);
  });

  test('L5: a listener with its certificate, whose action has both of the forms of the API', () => {
    const [type, attributes] = listener;
    const { listeners } = whole([
      type,
      {
        ...attributes,
        ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        certificate_arn: 'arn:certificate',
        mutual_authentication: [
          { mode: 'verify', trust_store_arn: 'arn:store', ignore_client_certificate_expiry: false },
        ],
        routing_http_response_server_enabled: true,
        tcp_idle_timeout_seconds: 350,
      },
    ]).elbv2;
    expect(listeners).toEqual([
      {
        ListenerArn: LISTENER,
        LoadBalancerArn: BALANCER,
        Port: 443,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        Certificates: [{ CertificateArn: 'arn:certificate' }],
        DefaultActions: [{ Type: 'forward', Order: 1, TargetGroupArn: GROUP, ForwardConfig: both }],
        MutualAuthentication: { Mode: 'verify', TrustStoreArn: 'arn:store', IgnoreClientCertificateExpiry: false },
      },
    ]);
  });

  const actionsOf = (...action: object[]) =>
    whole([`${name}_listener_rule`, { arn: 'arn:rule', listener_arn: LISTENER, priority: 10, action }]).elbv2.rules[0]
      ?.Actions;

  test.each([
    [
      {
        type: 'forward',
        target_group_arn: '',
        forward: [
          {
            stickiness: [{ enabled: true, duration: 600 }],
            target_group: [
              { arn: GROUP, weight: 0 },
              { arn: 'arn:b', weight: 1 },
            ],
          },
        ],
      },
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: GROUP, Weight: 0 },
            { TargetGroupArn: 'arn:b', Weight: 1 },
          ],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 600 },
        },
      },
    ],
    [
      { type: 'redirect', redirect: [{ host: '#{host}', port: '443', protocol: 'HTTPS', status_code: 'HTTP_301' }] },
      {
        Type: 'redirect',
        RedirectConfig: { Host: '#{host}', Port: '443', Protocol: 'HTTPS', StatusCode: 'HTTP_301' },
      },
    ],
    [
      {
        type: 'fixed-response',
        fixed_response: [{ content_type: 'text/plain', message_body: '', status_code: '404' }],
      },
      { Type: 'fixed-response', FixedResponseConfig: { ContentType: 'text/plain', StatusCode: '404' } },
    ],
    [
      {
        type: 'authenticate-cognito',
        order: 1,
        authenticate_cognito: [{ user_pool_arn: 'arn:pool', user_pool_client_id: 'c', user_pool_domain: 'd' }],
      },
      {
        Type: 'authenticate-cognito',
        Order: 1,
        AuthenticateCognitoConfig: { UserPoolArn: 'arn:pool', UserPoolClientId: 'c', UserPoolDomain: 'd' },
      },
    ],
    [
      { type: 'authenticate-oidc', authenticate_oidc: [{ client_id: 'c', client_secret: 'hunter2', issuer: 'i' }] },
      { Type: 'authenticate-oidc', AuthenticateOidcConfig: { ClientId: 'c', Issuer: 'i' } },
    ],
  ])('the action %j', (action, expected) => {
    expect(actionsOf(action)).toEqual([expected]);
  });

  const unset = {
    host_header: [],
    http_header: [],
    http_request_method: [],
    path_pattern: [],
    query_string: [],
    source_ip: [],
  };
  test.each([
    [{ host_header: [{ values: ['a.b'] }] }, { Field: 'host-header', HostHeaderConfig: { Values: ['a.b'] } }],
    [{ path_pattern: [{ values: ['/*'] }] }, { Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
    [
      { http_header: [{ http_header_name: 'x-v', values: ['2'] }] },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-v', Values: ['2'] } },
    ],
    [
      { http_request_method: [{ values: ['GET'] }] },
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
    ],
    [{ source_ip: [{ values: ['10.0.0.0/8'] }] }, { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } }],
    [
      {
        query_string: [
          { key: 'v', value: '2' },
          { key: '', value: 'x' },
        ],
      },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }, { Value: 'x' }] } },
    ],
  ])('the condition %j', (condition, expected) => {
    const attributes = { arn: 'arn:rule', listener_arn: LISTENER, priority: 10 };
    const { rules } = whole([
      `${name}_listener_rule`,
      { ...attributes, condition: [{ ...unset, ...condition }] },
    ]).elbv2;
    expect(rules).toEqual([
      {
        RuleArn: 'arn:rule',
        ListenerArn: LISTENER,
        Priority: '10',
        IsDefault: false,
        Conditions: [expected],
        Actions: [],
      },
    ]);
  });

  const group = {
    arn: GROUP,
    name: 'user',
    port: 8080,
    protocol: 'HTTP',
    protocol_version: 'GRPC',
    target_type: 'ip',
    deregistration_delay: '30',
    slow_start: 0,
    load_balancing_algorithm_type: 'round_robin',
    load_balancing_cross_zone_enabled: 'use_load_balancer_configuration',
    proxy_protocol_v2: false,
    lambda_multi_value_headers_enabled: false,
    load_balancer_arns: [],
    health_check: [{ enabled: true, port: 'traffic-port', matcher: '0-99', path: '/ready', interval: 10 }],
    stickiness: [{ enabled: false, type: 'lb_cookie', cookie_duration: 86400, cookie_name: '' }],
  };

  test('a target group with the attributes that its protocol has', () => {
    const { targetGroups, targetGroupAttributes } = whole([`${name}_target_group`, group], listener).elbv2;
    expect(targetGroups).toEqual([
      {
        TargetGroupArn: GROUP,
        TargetGroupName: 'user',
        Port: 8080,
        Protocol: 'HTTP',
        ProtocolVersion: 'GRPC',
        TargetType: 'ip',
        HealthCheckEnabled: true,
        HealthCheckPort: 'traffic-port',
        HealthCheckPath: '/ready',
        HealthCheckIntervalSeconds: 10,
        Matcher: { GrpcCode: '0-99' },
        // The state is from before the listener; the listener tells.
        LoadBalancerArns: [BALANCER],
      },
    ]);
    expect(targetGroupAttributes?.[GROUP]).toEqual([
      { Key: 'deregistration_delay.timeout_seconds', Value: '30' },
      { Key: 'stickiness.enabled', Value: 'false' },
      { Key: 'stickiness.type', Value: 'lb_cookie' },
      { Key: 'load_balancing.cross_zone.enabled', Value: 'use_load_balancer_configuration' },
      { Key: 'slow_start.duration_seconds', Value: '0' },
      { Key: 'load_balancing.algorithm.type', Value: 'round_robin' },
      { Key: 'stickiness.lb_cookie.duration_seconds', Value: '86400' },
    ]);
  });

  test('a target group that speaks TCP has no attribute of HTTP', () => {
    const tcp = {
      ...group,
      protocol: 'TCP',
      protocol_version: '',
      preserve_client_ip: 'true',
      connection_termination: false,
      target_health_state: [{ enable_unhealthy_connection_termination: true, unhealthy_draining_interval: 0 }],
    };
    const keys = whole([`${name}_target_group`, tcp]).elbv2.targetGroupAttributes?.[GROUP]?.map((one) => one.Key);
    expect(keys).toContain('preserve_client_ip.enabled');
    expect(keys).not.toContain('slow_start.duration_seconds');
    expect(keys).not.toContain('load_balancing.algorithm.type');
  });
});
