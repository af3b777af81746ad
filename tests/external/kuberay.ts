import { rayCluster, type RayClusterOptions, type StoredCluster } from '@ionet/scheduler';
import { Ajv, type ValidateFunction } from 'ajv';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';

interface Schema {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** As `kubectl` validates: a field that the schema does not know is refused, not dropped. */
function strict(schema: Schema): Schema {
  const { properties, additionalProperties, items, 'x-kubernetes-preserve-unknown-fields': open } = schema;
  return {
    ...schema,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, one]) => [name, strict(one)]),
          ),
          ...(open === true ? {} : { additionalProperties: false }),
        }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: strict(additionalProperties) }
      : {}),
    ...(items === undefined ? {} : { items: strict(items) }),
  };
}

const CLUSTER: StoredCluster = {
  id: '0123456789abcdef0123456789abcdef',
  buyer: 'buyer',
  hardwareClass: 'GuZkCQVsUWMrQ4Dbd5YaDJpxoJjxrUcRZnMK18PdAn8R',
  devices: 8,
  hours: 2,
  members: [
    '5EnHQFchGbHAVp2nvfmvJhgsUnyDS2RqggoGtM4VUv5T',
    '99NYgyEd6qgQr3d4EnNUdHmHQrgogcoCJ4Z1hHUiqtrM',
  ].map((address) => ({ job: address, node: address, offer: address, total: '1' })),
  heldUntil: 0,
  whole: false,
};
const RAY = { rayVersion: '2.60.0' } satisfies RayClusterOptions;

describe("external: clusters by KubeRay's schema", () => {
  let validate: ValidateFunction;

  before(() => {
    const definition = parse(readFileSync(process.env['KUBERAY_SCHEMA'] ?? '', 'utf8')) as {
      readonly spec: {
        readonly names: { readonly kind: string };
        readonly versions: readonly {
          readonly name: string;
          readonly schema: { readonly openAPIV3Schema: Schema };
        }[];
      };
    };
    expect(definition.spec.names.kind).to.equal('RayCluster');
    const { schema } = definition.spec.versions.find(({ name }) => name === 'v1')!;
    const { openAPIV3Schema: published } = schema;
    // What every resource has beside it is Kubernetes' own.
    const metadata = { type: 'object' };
    const whole = { ...published, properties: { ...published.properties, metadata } };
    // `format` and `x-kubernetes-*` are Kubernetes' words, which add nothing to the shape.
    validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(strict(whole));
  });

  const problems = (resource: unknown): string =>
    validate(resource)
      ? ''
      : (validate.errors ?? [])
          .map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
          .join('\n');
  /** As it comes out of the YAML that is handed on. */
  const render = (kind: 'cpu' | 'gpu', options: RayClusterOptions): { spec: Record<string, never> } =>
    parse(stringify(rayCluster(CLUSTER, { kind, name: 'a class' }, options))) as {
      spec: Record<string, never>;
    };

  it('are what it asks for, for GPUs and CPUs', () => {
    expect(problems(render('gpu', RAY))).to.equal('');
    expect(problems(render('cpu', { ...RAY, name: 'mine', namespace: 'there', image: 'my/ray:1' }))).to.equal(
      '',
    );
  });

  it('would be refused with a field of another name, of another type, or without one that is needed', () => {
    const rendered = render('gpu', RAY);
    const { headGroupSpec: _head, ...headless } = rendered.spec;
    expect(problems({ ...rendered, spec: headless })).to.include("required property 'headGroupSpec'");
    expect(problems({ ...rendered, spec: { ...rendered.spec, workers: [] } })).to.include(
      'additional properties',
    );
    expect(problems({ ...rendered, spec: { ...rendered.spec, rayVersion: 2.6 } })).to.include(
      'must be string',
    );
  });
});
