import type { BlueService, Estate } from '../../estate/model.ts';

/** How a service stands in Service Connect, by the deployment that is in force; `undefined` where it does not. */
const connectOf = ({ service }: BlueService) => {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY')?.serviceConnectConfiguration;
  return primary?.enabled === true ? primary : undefined;
};

/**
 * The names that a service's Service Connect proxy answers, lower case: the aliases of the cluster's services in its namespace. A call of one
 * of them does not go by DNS. Empty for a service without Service Connect.
 */
export function connectAliases(estate: Pick<Estate, 'services'>, client: BlueService): ReadonlySet<string> {
  const namespace = connectOf(client)?.namespace;
  if (namespace === undefined) return new Set();
  return new Set(
    estate.services
      .flatMap((server) => {
        const connect = connectOf(server);
        return connect?.namespace === namespace ? (connect.services ?? []) : [];
      })
      .flatMap(({ clientAliases = [] }) => clientAliases.flatMap(({ dnsName }) => dnsName?.toLowerCase() ?? [])),
  );
}
