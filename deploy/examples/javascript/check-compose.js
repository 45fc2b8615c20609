// Checks a file by the schema of the Compose Specification; says what is wrong, and fails.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import yaml from 'js-yaml';

const SCHEMA = new URL('node_modules/dclint/schemas/compose.schema.json', import.meta.url);
// Which the specification describes in words.
const FORMATS = ['duration', 'expose', 'ports', 'subnet_ip_address'];
const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
FORMATS.forEach((format) => ajv.addFormat(format, true));
const schema = JSON.parse(readFileSync(SCHEMA, 'utf8'));
delete schema.$schema;
const isValid = ajv.compile(schema);
const file = yaml.load(readFileSync(process.argv[2], 'utf8'));
if (!isValid(file)) {
  isValid.errors.forEach(({ instancePath, message, params }) =>
    console.error(`${instancePath}: ${message} ${JSON.stringify(params)}`));
  process.exit(1);
}
console.log(`${Object.keys(file.services).length} services`);
