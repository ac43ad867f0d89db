import { isRecord } from '../../../plan/json.ts';
import { type Plain, readDocuments } from '../documents.ts';
import { SourceError } from '../reading.ts';

/** A file of manifests, as `kubectl get -o yaml` writes them or a person keeps them. */
export interface ManifestFile {
  /** For a person: the file's name. */
  where: string;
  text: string;
}

export type Members = { [key: string]: Plain };

/** One object of a cluster. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  name: string;
  /** `default` where it names none; empty for a kind without namespaces would read the same. */
  namespace: string;
  labels: Readonly<Record<string, string>>;
  spec: Members;
  status: Members;
  where: string;
  /** `VirtualNode shop/user`. */
  address: string;
}

/** A whole cluster's objects in one file are long. */
const LIMITS = { charactersMax: 32_000_000, nodesMax: 2_000_000 };

export const isMembers = (value: Plain | undefined): value is Members => isRecord(value);

export const membersOf = (value: Plain | undefined): Members => (isMembers(value) ? value : {});

export const textOf = (value: Plain | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;

export const textsOf = (value: Plain | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(membersOf(value)).flatMap(([key, item]) => {
      const text = typeof item === 'boolean' ? String(item) : textOf(item);
      return text === undefined ? [] : [[key, text]];
    }),
  );

/** Kinds that have no namespace. */
const CLUSTER_WIDE = new Set(['Mesh', 'Namespace']);

function manifest(value: Members, where: string): Manifest | undefined {
  const metadata = membersOf(value['metadata']);
  const kind = textOf(value['kind']);
  const name = textOf(metadata['name']);
  if (kind === undefined || name === undefined) return undefined;
  const namespace = textOf(metadata['namespace']) ?? 'default';
  return {
    apiVersion: textOf(value['apiVersion']) ?? '',
    kind,
    name,
    namespace,
    labels: textsOf(metadata['labels']),
    spec: membersOf(value['spec']),
    status: membersOf(value['status']),
    where,
    address: CLUSTER_WIDE.has(kind) ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
  };
}

/**
 * The objects of a file: JSON or YAML, one document or many, lists of objects taken apart. What is no object of a cluster is
 * passed over.
 *
 * @throws {SourceError} for a file that is no JSON and no YAML, with line and column, and for one that holds no object at all
 */
export function readManifests(file: ManifestFile): Manifest[] {
  const objects = readDocuments(file.where, file.text, LIMITS).flatMap(({ value }) => opened(value));
  const found = objects.flatMap((one) => manifest(one, file.where) ?? []);
  if (found.length === 0) throw new SourceError(file.where, '', 'it holds no Kubernetes object with a kind and a name');
  return found;
}

function opened(value: Plain): Members[] {
  if (!isMembers(value)) return [];
  const items = value['items'];
  return textOf(value['kind'])?.endsWith('List') === true && Array.isArray(items) ? items.flatMap(opened) : [value];
}
