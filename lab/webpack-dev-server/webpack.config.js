// webpack's development server with its defaults: its host check, its check of scripts asked for from other sites
const path = require("path");
module.exports = { mode: "production", context: "{run}", entry: "{run}/main.js", output: { path: path.resolve("{run}", "dist"), filename: "main.js" }, stats: "none", infrastructureLogging: { level: "error" }, devServer: { host: "127.0.0.1", port: {port}, allowedHosts: {hosts}, static: false, client: false, hot: false, liveReload: false } };
