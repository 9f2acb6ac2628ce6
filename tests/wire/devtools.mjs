// Runs DevTools' own generators of "Copy as cURL", "Copy as PowerShell" and "Copy as fetch" over recorded requests.
// arguments: the front end's folder, the folder of sucrase's package, a JSON file with the requests; prints a JSON list.
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const [, , frontEnd, modules, requestsFile, scriptFile] = process.argv;
const {transform} = createRequire(modules + '/')('sucrase');
const view = readFileSync(frontEnd + '/NetworkLogView.ts', 'utf8');
const commenting = readFileSync(frontEnd + '/FetchHeaderCommenting.ts', 'utf8');

// a method of the class, from its head to the line that closes it
const method = head => {
  const begin = view.indexOf(head);
  if (begin < 0) throw new Error('DevTools has no ' + head);
  return view.slice(begin, view.indexOf('\n  }\n', begin) + 5);
};
const style = view.slice(view.indexOf('const enum FetchStyle'), view.indexOf('}', view.indexOf('const enum FetchStyle')) + 1);
const source = `
const Protocol = {Security: {SecurityState: {Insecure: 'insecure'}}};
const {isForbiddenHeader, commentForbiddenHeaders} = (() => {
  const i18n = {i18n: {registerUIStrings: () => 0, getLazilyComputedLocalizedString: (_, text) => () => text}};
  ${commenting.replace(/^import .*$/gm, '').replace(/^export /gm, '')}
  return {isForbiddenHeader, commentForbiddenHeaders};
})();
const UIStrings = {}, i18nString = () => '';
${style}
class NetworkLogView {
  static #allowedSchemes = new Set(['http:', 'https:']);
  ${method('static #getValidClipboardUrl')}
  ${method('private async generateFetchCall')}
  ${method('static async generateCurlCommand')}
  ${method('private async generatePowerShellCommand')}
}
const requests = JSON.parse(readFileSync(${JSON.stringify(requestsFile)}, 'utf8')).map(one => ({
  url: () => one.url,
  requestMethod: one.method,
  requestHeaders: () => one.headers,
  requestFormData: async () => one.body,
  includedRequestCookies: () => one.cookies.map(c => ({cookie: {name: () => c.name, value: () => c.value, domain: () => c.domain}})),
  securityState: () => 'secure',
}));
const view = new NetworkLogView();
const made = [];
for (const request of requests) {
  made.push({
    'bash': await NetworkLogView.generateCurlCommand(request, 'unix'),
    'cmd': await NetworkLogView.generateCurlCommand(request, 'win'),
    'powershell': await view.generatePowerShellCommand(request),
    'fetch': await view.generateFetchCall(request, FetchStyle.BROWSER),
    'fetch-edit': await view.generateFetchCall(request, FetchStyle.BROWSER, {commentForbiddenHeaders: true}),
    'fetch-node': await view.generateFetchCall(request, FetchStyle.NODE_JS),
  });
}
process.stdout.write(JSON.stringify(made));
`;
writeFileSync(scriptFile, "import {readFileSync} from 'node:fs';\n" + transform(source, {transforms: ['typescript']}).code);
await import('file://' + scriptFile);
