// Reads a list of manifests as JSON; prints what their types do not know or do not allow, a line each.
import { readFileSync } from 'node:fs';
import { Cluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import { ScheduledBackup } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';

const TYPES = new Map(
  [Cluster, ScheduledBackup, ScaledObject, TriggerAuthentication].map((type) => [`${type.apiVersion}/${type.kind}`, type]));

// A type's validation looks at every field that it knows, and passes by all others without a word.
function watch(value, path, unseen) {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((element, index) => watch(element, `${path}/${index}`, unseen));
  }
  const fields = {};
  for (const [name, field] of Object.entries(value)) {
    fields[name] = watch(field, `${path}/${name}`, unseen);
    unseen.add(`${path}/${name}`);
  }
  return new Proxy(fields, {
    get(target, name) {
      unseen.delete(`${path}/${String(name)}`);
      return target[name];
    },
  });
}

function check(manifest) {
  const type = `${manifest.apiVersion}/${manifest.kind}`;
  const unseen = new Set();
  const wrong = [];
  if (!TYPES.has(type)) {
    return [`${type} is unknown`];
  }
  try {
    TYPES.get(type).prototype.validate.call(watch(manifest, '', unseen));
  } catch (e) {
    if (!e.errors) {
      throw e;
    }
    wrong.push(...e.errors.map(({ instancePath, message }) => `${instancePath} ${message}`));
  }
  for (const path of unseen) {
    if (!unseen.has(path.slice(0, path.lastIndexOf('/')))) {
      wrong.push(`${path} is unknown`);
    }
  }
  return wrong.map((line) => `${type}: ${line}`);
}

JSON.parse(readFileSync(0, 'utf8')).flatMap(check).forEach((line) => console.log(line));
