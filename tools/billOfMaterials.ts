/** A package as `package-lock.json` has it, by its place in `node_modules`. */
export interface LockedPackage {
  version: string;
  /** Subresource Integrity: `sha512-` and base64. */
  integrity?: string;
  /** SPDX. */
  license?: string;
}

interface Product {
  name: string;
  version: string;
  license: string;
}

const PLACE = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//;

/** The packages that files are of, by their places, each once and in order. Files of the product's own are left out. */
export const placesOf = (files: Iterable<string>): string[] =>
  [...new Set(Array.from(files, (file) => PLACE.exec(file)?.[1]))].filter((place) => place !== undefined).toSorted();

/**
 * What a bundle is made of, as CycloneDX 1.6 says it ([bom](https://cyclonedx.org/docs/1.6/json/)): a bundle has no `node_modules` in which a scanner could find
 * it. The same inputs give the same text. Throws for a package that the lock does not have.
 *
 * @param files that went into the bundle, relative to the product's folder
 */
export function billOfMaterials(
  product: Product,
  files: Iterable<string>,
  locked: Readonly<Record<string, LockedPackage>>,
): object {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': purlOf(product), ...component(product) } },
    components: placesOf(files).map((place) => {
      const found = locked[place];
      if (found === undefined) throw new Error(`${place} is in the bundle and not in package-lock.json.`);
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const { integrity, license, version } = found;
      return {
        type: 'library',
        'bom-ref': place,
        ...component({ name, version, license }),
        ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
      };
    }),
  };
}

const component = (of: { name: string; version: string; license?: string | undefined }) => ({
  name: of.name,
  version: of.version,
  purl: purlOf(of),
  ...(of.license === undefined ? {} : { licenses: [{ expression: of.license }] }),
});

/** Package URL: the `@` of a scope is written out. */
const purlOf = ({ name, version }: { name: string; version: string }): string =>
  `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

/** Throws for another algorithm than npm's. */
function hashOf(integrity: string): { alg: string; content: string } {
  const [, base64] = /^sha512-(\S+)/.exec(integrity) ?? [];
  if (base64 === undefined) throw new Error(`package-lock.json has the integrity ${integrity}, which is no SHA-512.`);
  return { alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') };
}
