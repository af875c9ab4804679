// The official tus server over files: prints its port as JSON, serves until it is killed.
const { createRequire } = require('node:module')

const order = JSON.parse(process.argv[2])
const need = createRequire(`${order.packages}/`)
const { Server } = need('@tus/server')
const { FileStore } = need('@tus/file-store')

const server = new Server({
  path: '/v1/blobs',
  datastore: new FileStore({ directory: order.folder }),
  maxSize: 25 * 1024 * 1024,
  ...(order.named
    ? { namingFunction: (_request, metadata) => metadata.sha256 }
    : {}),
})
const listener = server.listen({ host: '127.0.0.1', port: order.port ?? 0 }, () => {
  process.stdout.write(`${JSON.stringify({ port: listener.address().port })}\n`)
})
