import type { Account } from '../service.ts';

/** The ARNs of ECS in one account and region, long format. */
export class Arns {
  readonly #prefix: string;
  readonly account: Account;

  constructor(account: Account) {
    this.account = account;
    this.#prefix = `arn:aws:ecs:${account.region}:${account.id}`;
  }

  cluster(name: string): string {
    return `${this.#prefix}:cluster/${name}`;
  }

  service(cluster: string, name: string): string {
    return `${this.#prefix}:service/${cluster}/${name}`;
  }

  serviceDeployment(cluster: string, service: string, id: string): string {
    return `${this.#prefix}:service-deployment/${cluster}/${service}/${id}`;
  }

  serviceRevision(cluster: string, service: string, id: string): string {
    return `${this.#prefix}:service-revision/${cluster}/${service}/${id}`;
  }

  taskDefinition(family: string, revision: number): string {
    return `${this.#prefix}:task-definition/${family}:${revision}`;
  }

  task(cluster: string, id: string): string {
    return `${this.#prefix}:task/${cluster}/${id}`;
  }

  containerInstance(cluster: string, id: string): string {
    return `${this.#prefix}:container-instance/${cluster}/${id}`;
  }

  attachment(id: string): string {
    return `${this.#prefix}:attachment/${id}`;
  }

  container(cluster: string, taskId: string, id: string): string {
    return `${this.#prefix}:container/${cluster}/${taskId}/${id}`;
  }
}

/** The part of an ARN after the last slash; a plain name is its own. */
export const lastPart = (reference: string) => reference.slice(reference.lastIndexOf('/') + 1);
