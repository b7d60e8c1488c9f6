// Requests over HTTP/2 as Node.js makes them: `node http2_client.cjs URL SCENARIO`. Prints JSON.
const http2 = require('node:http2');

const [url, scenario] = process.argv.slice(2);
const say = (value) => console.log(JSON.stringify(value));

function request(session, headers, body) {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    const chunks = [];
    let answer;
    stream.on('response', (got) => { answer = got; });
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => resolve({ status: answer?.[':status'], headers: answer, body: Buffer.concat(chunks) }));
    stream.on('error', reject);
    stream.end(body);
  });
}

const scenarios = {
  // Many requests at once on one connection, each with its own answer.
  async many(session) {
    const all = await Promise.all(Array.from({ length: 300 }, (_, i) =>
      request(session, { ':path': i % 2 ? '/health/live' : `/health/absent${i}`, ':method': 'GET' })));
    const statuses = {};
    for (const { status } of all) statuses[status] = (statuses[status] ?? 0) + 1;
    say({ statuses });
  },
  // Streams broken off as soon as they are on the wire.
  async resets(session) {
    await new Promise((resolve) => session.once('connect', resolve));
    const ended = new Promise((resolve) => {
      session.on('goaway', (code) => resolve({ goaway: code }));
      session.on('close', () => resolve({ goaway: null }));
    });
    for (let i = 0; i < 2000 && !session.destroyed && !session.closed; i += 1) {
      const stream = session.request({ ':path': '/health/ready' });
      stream.on('error', () => {});
      await new Promise((resolve) => setImmediate(resolve));
      stream.close(http2.constants.NGHTTP2_CANCEL);
    }
    say(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5000, { goaway: 'none' }))]));
  },
  async header_too_large(session) {
    const { status } = await request(session, { ':path': '/health/live', 'x-large': 'x'.repeat(40_000) });
    say({ status });
  },
};

const session = http2.connect(url);
session.on('error', () => {});
scenarios[scenario](session).then(() => session.destroy(), (error) => { say({ error: String(error) }); session.destroy(); });
