/** What the parts of the sample estate call each other. */
export const CLUSTER = 'shop';
export const MESH = 'shop';
/** The private DNS namespace that the virtual services' names end in. */
export const NAMESPACE = 'shop.local';
export const LOAD_BALANCER = 'shop';
export const TARGET_GROUP = 'frontend';
export const PORT = 8080;

/** One service of the shop. */
export interface ShopService {
  /** ECS service, task definition family and the image's command. */
  name: string;
  virtualNode: string;
  virtualService: string;
  /** The Cloud Map service that ECS keeps for it; the frontend is called by nobody and has none. */
  registry: string | undefined;
  /** The virtual services that it calls, and the variables that tell it so. */
  calls: { virtualService: string; variable: string }[];
}

export const USER_NAME = `user.${NAMESPACE}`;
export const STOCK_NAME = `stock.${NAMESPACE}`;

/** Callees first. */
export const SERVICES: readonly ShopService[] = [
  { name: 'user-api', virtualNode: 'user-vn', virtualService: USER_NAME, registry: 'user', calls: [] },
  { name: 'stock-api', virtualNode: 'stock-vn', virtualService: STOCK_NAME, registry: 'stock', calls: [] },
  {
    name: 'frontend',
    virtualNode: 'frontend-vn',
    virtualService: `frontend.${NAMESPACE}`,
    registry: undefined,
    calls: [
      { virtualService: USER_NAME, variable: 'USER_URL' },
      { virtualService: STOCK_NAME, variable: 'STOCK_URL' },
    ],
  },
];
