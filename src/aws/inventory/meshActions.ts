/** The IAM actions that reading a mesh needs. */
export const MESH_READ_ACTIONS = [
  'appmesh:DescribeGatewayRoute',
  'appmesh:DescribeMesh',
  'appmesh:DescribeRoute',
  'appmesh:DescribeVirtualGateway',
  'appmesh:DescribeVirtualNode',
  'appmesh:DescribeVirtualRouter',
  'appmesh:DescribeVirtualService',
  'appmesh:ListGatewayRoutes',
  'appmesh:ListRoutes',
  'appmesh:ListVirtualGateways',
  'appmesh:ListVirtualNodes',
  'appmesh:ListVirtualRouters',
  'appmesh:ListVirtualServices',
] as const;
