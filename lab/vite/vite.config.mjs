// Vite's development server with its defaults: its host check, its list of folders to serve, its list of files never to serve
export default { root: "{run}/app", cacheDir: "{run}/cache", logLevel: "warn", appType: "mpa", server: { port: {port}, strictPort: true, host: "127.0.0.1", allowedHosts: {hosts}, fs: { strict: true, allow: {folders} }, hmr: false, ws: false } };
