// Checks an AsyncAPI document by the rules of AsyncAPI itself; says what is wrong, and fails.
import { Parser, fromFile } from '@asyncapi/parser';

const ERROR = 0;
const { document, diagnostics } = await fromFile(new Parser(), process.argv[2]).parse();
const errors = diagnostics.filter(({ severity }) => severity === ERROR);
errors.forEach(({ path, message }) => console.error(`${path.join('.')}: ${message}`));
if (errors.length > 0 || !document) process.exit(1);
console.log(`${document.version()}, ${document.allChannels().length} channels`);
