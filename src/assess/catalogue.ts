import type { Severity } from './model.ts';
import { SERVICE_CONNECT_FACTS as FACTS } from './serviceConnectFacts.ts';

export interface CatalogueEntry {
  severity: Severity;
  /** `exact`: the same afterwards; `approximate`: nearly; `lost`: gone. */
  fidelity: 'exact' | 'approximate' | 'lost';
  /** What it means, for the person who reads the assessment. */
  say: string;
  /** What is done instead, or what to do; `-` where there is nothing to do. */
  instead: string;
  /** Other ways that the mapping lists, best first; Meshlift builds none of them. Absent where `instead` says all. */
  alternatives?: readonly string[];
  /** Set where it is assessed, and nothing is built for it yet: what it means cannot be moved as it is. */
  notMigratableYet?: true;
}

/**
 * Every finding of the mapping (`docs/mesh-mapping.md`), those of features that are not built included: no assessment holds them
 * yet. Codes are stable: plans name them in `accept` and `decisions`.
 */
export const CATALOGUE = {
  MESH_EGRESS_ALLOW_ALL: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Service Connect never intercepts other egress, so ALLOW_ALL is what you get.',
    instead: '-',
  },
  MESH_EGRESS_DROP_ALL: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'The proxy no longer blocks calls to hosts outside the mesh. After the move any task can reach anything its security group and routes allow.',
    instead: 'security-group egress rules, Network Firewall, VPC endpoint policies',
    alternatives: ['a Lattice auth policy for the calls between services'],
  },
  MESH_IP_PREFERENCE_IPV6: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'No such setting exists. In IPv4 and dual-stack subnets the proxy forwards to 127.0.0.1, in IPv6-only subnets to ::1. The app must listen there.',
    instead: 'listen on both loopbacks; IPv6-only subnets',
  },
  MESH_SHARED: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: `A shared mesh becomes a shared Cloud Map namespace: ${FACTS.sharedNamespaces.says}.`,
    instead: 'VPC Lattice service network shared by RAM',
    notMigratableYet: true,
  },
  MESH_PREVIEW_CHANNEL: {
    severity: 'blocker',
    fidelity: 'lost',
    say: 'Preview meshes live on another endpoint that this SDK cannot read (and became read-only 30 days after creation).',
    instead: 'export by hand with the preview service model, then feed the export',
  },
  INVENTORY_FORBIDDEN: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'Part of the mesh could not be read, so the assessment is incomplete. Consumers of a shared mesh can never list its virtual gateways.',
    instead: 'run the inventory again with credentials of the resource owner',
  },
  TAGS_UNREADABLE: {
    severity: 'info',
    fidelity: 'lost',
    say: 'Tags of resources owned by another account cannot be read and will not be copied.',
    instead: 'read them in the owning account',
  },
  RESOURCE_NOT_ACTIVE: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Skipped: it serves no traffic.',
    instead: '-',
  },
  SC_DEFAULT_RESILIENCE: {
    severity: 'info',
    fidelity: 'approximate',
    say: `Fixed and not tunable in Service Connect: round robin, ${FACTS.retries.says}, ${FACTS.outlierDetection.says}. App Mesh's hidden default retry policy (2 retries on 503/UNAVAILABLE/connect failure) is close to it.`,
    instead: '-',
  },
  BACKEND_ACL_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'backends[] was an allow list. In Service Connect every task of the namespace can call every endpoint of it.',
    instead: 'one namespace per trust zone, security groups per service, Lattice auth policy',
    alternatives: ['one namespace for each trust zone', 'one security group for each service', 'a Lattice auth policy'],
  },
  VS_NAME_UPPERCASE: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: 'clientAliases[].dnsName allows lower case only. glibc matches /etc/hosts without regard to case, musl (Alpine) does not and would fall through to DNS.',
    instead: 'lower-case the URL in the client, or use a glibc image',
  },
  VS_NAME_INVALID: {
    severity: 'blocker',
    fidelity: 'lost',
    say: 'The name cannot be a client alias.',
    instead: "change the client's URL, or keep the name in Route 53 in front of an ALB or Lattice service",
  },
  VS_NO_PROVIDER: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Serves no traffic today; no alias is made.',
    instead: '-',
  },
  VS_UNREFERENCED: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Nothing inside the mesh calls it by this name; no alias is made unless you ask.',
    instead: 'force the alias',
  },
  VS_MULTIPLE_NAMES: {
    severity: 'info',
    fidelity: 'exact',
    say: 'One services[] entry per name (clientAliases holds exactly one), each with its own discoveryName and the same portName.',
    instead: '-',
  },
  ALIAS_COLLISION: {
    severity: 'blocker',
    fidelity: 'lost',
    say: 'Each name and port pair must be unique in a namespace.',
    instead: 'another namespace, another alias, or merge the services',
  },
  DISCOVERY_NAME_COLLISION: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Renamed: Service Connect always creates a new Cloud Map service.',
    instead: 'use a new HTTP namespace',
  },
  BACKEND_UNKNOWN_VS: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'The node names a backend that does not exist (or cannot be read).',
    instead: 'drop it, or add the missing mesh export',
  },
  ROUTER_NO_LISTENER: {
    severity: 'info',
    fidelity: 'approximate',
    say: "The alias port is taken from the target node's listener.",
    instead: '-',
  },
  ROUTER_NO_ROUTES: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Requests get 404 today; no alias is made.',
    instead: '-',
  },
  ROUTER_PROTOCOL_MISMATCH: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'appProtocol is taken from the node. Confirm what the application really speaks.',
    instead: '-',
  },
  ROUTE_WEIGHTED_SPLIT: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'Service Connect cannot split one name between two services.',
    instead:
      'finish the rollout first; primary only; Lattice weighted target groups; internal ALB; a separate alias per version; later rollouts with deploymentConfiguration.strategy CANARY or LINEAR inside one service',
    alternatives: [
      'finish the rollout in App Mesh first: least work, recommended',
      'primary only: the alias leads to the heaviest service, the other moves without one',
      'VPC Lattice weighted target groups and a private zone: the weights stay',
      'an internal ALB with weighted target groups and a private zone: the weights stay',
      'a separate alias for each version: the client decides',
      'later rollouts inside one service with the strategy CANARY or LINEAR',
    ],
  },
  ROUTE_CONTENT_SPLIT: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: FACTS.noRequestRouting.says,
    instead: 'Lattice listener rules, internal ALB rules, a router in the application, self-managed Envoy',
    alternatives: [
      'VPC Lattice listener rules: exact path, prefix, method and up to 5 headers',
      'internal ALB rules: regular expressions and query strings too',
      'a router in the application',
      'an Envoy of your own',
    ],
  },
  ROUTE_MATCH_NOT_IN_LATTICE: {
    severity: 'info',
    fidelity: 'lost',
    say: 'This match cannot be written as a Lattice rule either.',
    instead: 'ALB (regex and query strings), the application',
  },
  ROUTE_MATCH_FILTER_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: "Requests that matched no route got 404 from the client's Envoy; now they reach the application.",
    instead: 'reject in the application',
  },
  ROUTE_ZERO_WEIGHT_TARGET: {
    severity: 'info',
    fidelity: 'exact',
    say: 'That version gets no traffic today. It is migrated only if another name needs it.',
    instead: '-',
  },
  ROUTE_TARGETS_SAME_SERVICE: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Collapsed into one endpoint.',
    instead: '-',
  },
  RETRY_POLICY_APPROXIMATED: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'Nearly what Service Connect does by itself; perRetryTimeout is dropped.',
    instead: '-',
  },
  RETRY_POLICY_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'Retries on HTTP or gRPC status, more than 2 attempts and perRetryTimeout are gone.',
    instead: 'retry in the client library; ALB and Lattice do not retry either',
  },
  RETRY_DISABLED_LOST: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'This route must not be retried, but Service Connect always retries failed connections. Make sure the endpoint is idempotent.',
    instead: 'idempotency keys; appProtocol tcp; ALB or Lattice for this endpoint',
    alternatives: [
      'idempotency keys in the application',
      'appProtocol tcp for the endpoint',
      'an ALB or VPC Lattice for the endpoint',
    ],
  },
  TIMEOUT_MAPPED: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Written to services[].timeout of the server.',
    instead: '-',
  },
  TIMEOUT_ROUNDED: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'Service Connect takes whole seconds; rounded up.',
    instead: '-',
  },
  TIMEOUT_CONFLICT: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: 'One endpoint has one timeout: the longest wins, 0 (none) wins over all.',
    instead: 'client-side timeouts; split the endpoint in two aliases on two ports',
    alternatives: ['timeouts in the client', 'two aliases on two ports'],
  },
  TIMEOUT_IDLE_DEFAULT: {
    severity: 'info',
    fidelity: 'approximate',
    say: "Both default to 300 s for http, http2 and grpc. For tcp App Mesh's 300 s become 3600 s.",
    instead: 'timeout.idleTimeoutSeconds',
  },
  NODE_NOT_ECS: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'The node stands for something outside ECS under an invented name; the alias cannot exist in Service Connect.',
    instead: 'Route 53 CNAME in a private zone, change the URL, Lattice service or resource',
    alternatives: ['a CNAME in a Route 53 private zone', 'another URL in the client', 'a Lattice service or resource'],
  },
  NODE_EXTERNAL_PASSTHROUGH: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Nothing to do: without Envoy the application connects to that host directly.',
    instead: '-',
  },
  NODE_ON_KUBERNETES: {
    severity: 'blocker',
    fidelity: 'lost',
    say: 'It runs in Kubernetes, not in ECS. Meshlift moves ECS services only, and Service Connect takes no others; what the other findings say of it holds once it is an ECS service.',
    instead:
      'make it an ECS service first; or leave App Mesh within Kubernetes: VPC Lattice by the Gateway API controller, or another mesh',
    alternatives: [
      'VPC Lattice by the AWS Gateway API controller: routes become HTTPRoute and GRPCRoute, protocols and health checks a TargetGroupPolicy',
      'another mesh for Kubernetes, held against the findings here',
      'an ECS service of the same images, made by hand; from then on a plan moves it',
    ],
  },
  NODE_DANGLING: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'Its mesh settings are unknown.',
    instead: "feed an export, or Envoy's /config_dump",
  },
  NODE_MULTI_SERVICE: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'An alias can belong to one ECS service only.',
    instead: 'merge into one service with a capacityProviderStrategy; an ALB in front; different aliases',
    alternatives: ['one service with a capacityProviderStrategy', 'an ALB in front of both', 'different aliases'],
  },
  NODE_MATCH_CONFLICT: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'The task and the registry disagree about which node this is.',
    instead: 'confirm by hand',
  },
  NODE_MATCH_GUESS: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Confirm the match before anything is created.',
    instead: '-',
  },
  NODE_MULTI_LISTENER: {
    severity: 'info',
    fidelity: 'exact',
    say: 'One named port mapping and one services[] entry per listener.',
    instead: '-',
  },
  CLOUDMAP_REGISTRY: {
    severity: 'info',
    fidelity: 'approximate',
    say: "Green does not register in the mesh's Cloud Map service, so blue callers never see green. Something outside Service Connect may resolve that name: green registers there before blue leaves, unless `retire.registries: leave` says otherwise.",
    instead: 'UpdateService(green, serviceRegistries) at retire',
  },
  CLOUDMAP_ATTRIBUTES: {
    severity: 'info',
    fidelity: 'exact',
    say: 'The filter told versions of one registry apart; in Service Connect each version is its own service.',
    instead: '-',
  },
  HEALTHCHECK_COVERED: {
    severity: 'info',
    fidelity: 'approximate',
    say: "Envoy's active checks end; the container health check gates the first traffic, passive detection does the rest.",
    instead: '-',
    alternatives: ['active health checks of VPC Lattice or of an ALB'],
  },
  HEALTHCHECK_MISSING: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Without a container health check traffic starts as soon as the task runs. A command is proposed; the image must contain the tool it calls.',
    instead: 'add healthCheck',
    alternatives: ['active health checks of VPC Lattice or of an ALB'],
  },
  HEALTHCHECK_GRPC: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Needs grpc_health_probe (or alike) in the image.',
    instead: 'add healthCheck',
    alternatives: ['active health checks of an ALB', 'VPC Lattice checks HTTP/1 and HTTP/2 paths only, so not gRPC'],
  },
  OUTLIER_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'maxServerErrors (5xx), interval, baseEjectionDuration and maxEjectionPercent are dropped; Service Connect counts failed connections only.',
    instead: 'circuit breaker in the client; Lattice or ALB active health checks',
  },
  CONNECTION_POOL_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'No limit on connections or requests to the application any more.',
    instead: 'concurrency limit in the application',
  },
  LOG_STDOUT: {
    severity: 'info',
    fidelity: 'approximate',
    say: FACTS.accessLogs.says,
    instead: '-',
    alternatives: ['a Lattice access log subscription to CloudWatch Logs, S3 or Firehose'],
  },
  LOG_FORMAT_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'Own fields or text layout are not possible, only TEXT or JSON as AWS defines them.',
    instead: 'log in the application',
  },
  LOG_FILE_PATH_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'The managed proxy cannot write to a file of yours.',
    instead: 'logConfiguration to CloudWatch Logs or FireLens',
  },
  TLS_ACM_TO_PCA: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: `${FACTS.tlsIssuer.says}: needs the CA's ARN (CertificateAuthorityArn of the ACM certificate), the tag AmazonECSManaged=true on the CA, an infrastructure role, ${FACTS.tlsVersion.says} clients. ${FACTS.tlsBilling.says}.`,
    instead: 'Lattice HTTPS listener',
    notMigratableYet: true,
  },
  TLS_FILE_CERT: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'Own certificate files cannot be used. Either an AWS Private CA (cost) or plaintext inside the VPC.',
    instead:
      'AWS Private CA with services[].tls; TLS in the application with appProtocol unset; Lattice TLS_PASSTHROUGH',
    alternatives: [
      'AWS Private CA with services[].tls',
      'TLS in the application, with appProtocol unset',
      'Lattice TLS_PASSTHROUGH',
    ],
  },
  TLS_SDS_CERT: {
    severity: 'blocker',
    fidelity: 'lost',
    say: 'The managed proxy has no SDS socket.',
    instead: 'AWS Private CA, self-managed Envoy',
  },
  TLS_PERMISSIVE: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'There is no permissive mode: a service has tls or it has not.',
    instead: 'tls for all, or none',
  },
  TLS_CLIENT_POLICY_ABSORBED: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'Client proxies of the namespace trust the issuer by themselves.',
    instead: '-',
  },
  TLS_CLIENT_TRUST_FILE: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'Own trust bundles are not possible.',
    instead: 'AWS Private CA',
  },
  TLS_CLIENT_POLICY_PORTS: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'TLS is per server endpoint now, not per client and port.',
    instead: '-',
  },
  TLS_CLIENT_NOT_ENFORCED: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'Whether TLS is used depends on the server alone.',
    instead: '-',
  },
  TLS_SAN_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'Pinned names are not checked any more.',
    instead: '-',
  },
  MTLS_LISTENER_VALIDATION: {
    severity: 'blocker',
    fidelity: 'lost',
    say: FACTS.noMutualTls.says,
    instead:
      'accept TLS plus security groups; Lattice with an IAM auth policy (SigV4 in the client); TLS_PASSTHROUGH with mTLS in the application; self-managed Envoy',
    alternatives: [
      'TLS and one security group for each service',
      'VPC Lattice with an IAM auth policy: clients sign with SigV4, a change of code',
      'Lattice TLS_PASSTHROUGH, with mTLS in the application',
      'an Envoy of your own with a static configuration',
    ],
  },
  MTLS_CLIENT_CERT_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'The client certificate is not presented any more.',
    instead: '-',
  },
  TLS_TARGET_GROUP_HTTPS: {
    severity: 'blocker',
    fidelity: 'approximate',
    say: 'The load balancer talks to the TLS proxy: the target group must be HTTPS with a TLS 1.3 policy and its health check port must be the container port.',
    instead: 'a second, untreated port for the load balancer',
  },
  VGW_REPLACE: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'There is no gateway in Service Connect. The Envoy-only service goes; a load balancer forwards to the target services (which may have had no load balancer so far).',
    instead: 'ALB rules; ECS gatewayConnectors; Lattice; own Envoy or nginx as a client service',
    alternatives: [
      'ALB listener rules straight to the target services: the rules are in the finding',
      'ECS gatewayConnectors, one for each service',
      'VPC Lattice for callers inside the VPCs',
      'nginx or an Envoy of your own as a Service Connect client service',
    ],
    notMigratableYet: true,
  },
  VGW_TLS_ACM: {
    severity: 'info',
    fidelity: 'exact',
    say: 'The same ACM certificate goes on the ALB HTTPS listener.',
    instead: '-',
    alternatives: ['a Lattice HTTPS listener with certificateArn and customDomainName'],
  },
  VGW_TLS_FILE: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Import the certificate to ACM.',
    instead: '-',
  },
  VGW_TLS_PERMISSIVE: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Needs an HTTP and an HTTPS listener on different ports.',
    instead: '-',
  },
  VGW_MTLS: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'ALB MutualAuthentication mode verify with a trust store made from the CA bundle; an NLB in front cannot do it.',
    instead: '-',
  },
  VGW_LISTENER_OPTIONS_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'No connection limit at the edge.',
    instead: 'AWS WAF rate rules',
  },
  VGW_HEALTHCHECK: {
    severity: 'info',
    fidelity: 'approximate',
    say: "Becomes the target group's health check.",
    instead: '-',
  },
  VGW_LOGGING: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'ALB access logs go to S3.',
    instead: '-',
  },
  VGW_NLB_TO_ALB: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Rules, rewrites and client certificates need an ALB: new DNS name, other client-IP behaviour, HTTP only.',
    instead: 'NLB with an ALB target group in front keeps static IPs',
  },
  GWR_PREFIX_REWRITE: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'ALB url-rewrite transform.',
    instead: '-',
    alternatives: ['VPC Lattice rewrites no path'],
  },
  GWR_HOST_REWRITE: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'ALB host-header-rewrite transform, so the application sees the same Host.',
    instead: '-',
    alternatives: ['VPC Lattice rewrites no host'],
  },
  GWR_MATCH_UNSUPPORTED: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'Cannot be written as an ALB condition.',
    instead: 'a higher-priority rule for the opposite; a regex for the range; the application',
  },
  GWR_GRPC: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'ALB needs an HTTPS listener and a target group with ProtocolVersion GRPC; path is /package.Service/Method.',
    instead: '-',
  },
  CROSS_ACCOUNT_SERVICE: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Needs credentials in that account and the namespace shared by RAM.',
    instead: 'VPC Lattice',
  },
  ECS_CONTROLLER_UNSUPPORTED: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Green uses the ECS controller; the delivery pipeline must follow. Facts come from taskSets[status=PRIMARY].',
    instead: 'deploymentConfiguration.strategy BLUE_GREEN',
  },
  ECS_BLUE_GREEN_STRATEGY: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Two services must not drive one listener rule. Green starts as ROLLING.',
    instead: 'set the strategy again after blue is gone',
  },
  ECS_PLATFORM_UNSUPPORTED: {
    severity: 'blocker',
    fidelity: 'lost',
    say: 'Service Connect does not run there.',
    instead: 'VPC Lattice or ALB',
  },
  ECS_FARGATE_PLATFORM_OLD: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Green is created with LATEST.',
    instead: '-',
  },
  ECS_AGENT_OLD: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'Tasks cannot be placed there; replace the instance.',
    instead: 'placement constraint',
  },
  ECS_EXPRESS: {
    severity: 'blocker',
    fidelity: 'lost',
    say: 'Express services are managed by ECS and cannot be copied.',
    instead: '-',
  },
  ECS_STANDALONE_TASK: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'Service Connect works for services only.',
    instead: 'make it a service, or let it call through an ALB or Lattice',
  },
  ECS_TASK_MEMORY_REQUIRED: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: 'Service Connect demands it, and it must exceed the sum of container limits; placement density changes.',
    instead: '-',
  },
  ECS_SIZING_KEPT: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Task size is unchanged.',
    instead: '-',
  },
  ECS_SIZING_RAISED: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: 'Raised to the next size (AWS advises +256 CPU and +64 MiB, +512 CPU above 500 rps).',
    instead: 'sizing: keep',
  },
  ECS_DEPENDS_ON_ENVOY: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Dropped. The managed proxy is started by ECS.',
    instead: '-',
  },
  ECS_VOLUME_DROPPED: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Dropped.',
    instead: '-',
  },
  ECS_ORPHAN_SIDECAR: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'Kept; probably useless now.',
    instead: 'remove',
  },
  ECS_TRACING_ENVOY_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'The proxy makes no spans any more; traces show application spans only.',
    instead: 'ADOT or X-Ray SDK in the application',
  },
  ECS_STATSD_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'Envoy metrics end; dashboards and alarms on them go silent.',
    instead: 'CloudWatch metrics of Service Connect (AWS/ECS: RequestCount, TargetResponseTime, HTTPCode_Target_*)',
  },
  ECS_METRICS_EXTENSION_LOST: {
    severity: 'degraded',
    fidelity: 'lost',
    say: 'App Mesh metrics end.',
    instead: 'CloudWatch metrics of Service Connect',
  },
  ECS_APP_REFERENCES_ENVOY: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: "The application talks to Envoy's admin port, which will not exist.",
    instead: 'change it',
  },
  ECS_TG_HEALTHCHECK_ENVOY_PORT: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: 'The target group checks Envoy, not the application. Green gets traffic-port and a path of the application.',
    instead: 'name the path',
  },
  ECS_LB_ON_ENVOY_CONTAINER: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'Re-pointed to the container that owns the port.',
    instead: '-',
  },
  ECS_DEPLOYMENT_ALARMS: {
    severity: 'info',
    fidelity: 'approximate',
    say: "Left out: the alarms watch blue's dimensions.",
    instead: 'new alarms for green',
  },
  ECS_ROLE_CLEANUP: {
    severity: 'info',
    fidelity: 'exact',
    say: 'appmesh:StreamAggregatedResources (and acm:ExportCertificate, acm-pca:GetCertificateAuthorityCertificate) can go after blue is deleted.',
    instead: '-',
  },
  ENV_URL_NOT_ALIASED: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'The application seems to call a name and port that the mesh does not describe; after the move it would resolve by DNS and may reach blue.',
    instead: 'add an alias',
  },
  CALL_GRAPH_GUESSED: {
    severity: 'needs-decision',
    fidelity: 'approximate',
    say: "App Mesh did not answer, so who calls whom is a guess from the environment of the containers and Cloud Map. A call that is missing here would reach blue by DNS, and fail once blue is gone. Timeouts, retries, TLS and routes of the mesh are unknown: Service Connect's own are used.",
    instead:
      'check the calls against the application, complete the environment or give an export of the mesh; then decide confirm',
  },
  MESH_API_UNAVAILABLE: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'App Mesh itself did not tell of the mesh. What is known of it was recorded before, or is guessed; nobody can see any more whether it was changed since.',
    instead: 'confirm what is recorded; without a record, give an older export, a Terraform state or a template',
  },
  PROTOCOL_GUESSED: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'Neither App Mesh nor the port mapping tells the protocol, so it is taken for http; appProtocol cannot be changed later.',
    instead: "set appProtocol on the port mapping of blue's task definition",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type FindingCode = keyof typeof CATALOGUE;
