// A server of HTTP/2 without TLS that prints each request as a line of JSON: its fields as they came, pseudo fields first.
import http2 from 'node:http2';

const server = http2.createServer();
server.on('stream', (stream, headers, flags, raw) => {
  const body = [];
  stream.on('data', piece => body.push(piece));
  stream.on('end', () => {
    process.stdout.write(JSON.stringify({fields: raw, body: Buffer.concat(body).toString('latin1')}) + '\n');
    stream.respond({':status': 200});
    stream.end();
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(JSON.stringify(server.address().port) + '\n'));
