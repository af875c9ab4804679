// Uploads one file with tus-js-client as it was ordered on the command line (JSON).
// Prints one line of JSON for every answer, then one saying how it ended.
const crypto = require('node:crypto')
const fs = require('node:fs')
const { createRequire } = require('node:module')

const order = JSON.parse(process.argv[2])
const tus = createRequire(`${order.packages}/`)('tus-js-client')
const data = fs.readFileSync(order.file)
const chunkSize = order.chunkSize ?? Infinity
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)

const upload = new tus.Upload(data, {
  endpoint: order.endpoint,
  uploadUrl: order.uploadUrl,
  headers: order.headers,
  metadata: order.metadata,
  chunkSize,
  uploadDataDuringCreation: order.withCreation ?? false,
  overridePatchMethod: order.overridePatchMethod ?? false,
  retryDelays: order.retries ?? [0, 50, 100, 200, 400],
  urlStorage: new tus.FileUrlStorage(order.urls),
  fingerprint: async () => 'the-file',
  removeFingerprintOnSuccess: true,
  onBeforeRequest(request) {
    if (order.checksums && request.getMethod() === 'PATCH') {
      const from = Number(request.getHeader('Upload-Offset'))
      const piece = data.subarray(from, Math.min(from + chunkSize, data.length))
      const sum = crypto.createHash('sha1').update(piece).digest('base64')
      request.setHeader('Upload-Checksum', `sha1 ${sum}`)
    }
  },
  onAfterResponse(request, response) {
    say({
      method: request.getMethod(),
      status: response.getStatus(),
      offset: Number(response.getHeader('Upload-Offset') ?? -1),
      expires: response.getHeader('Upload-Expires') ?? null,
    })
  },
  onChunkComplete(_size, accepted) {
    if (order.stopAt && accepted >= order.stopAt) {
      upload.abort().then(() => say({ end: 'stopped', url: upload.url }))
    }
  },
  onSuccess: () => say({ end: 'done', url: upload.url }),
  onError: (error) => say({ end: 'failed', why: String(error) }),
})

async function run() {
  if (order.terminate) {
    await tus.Upload.terminate(order.terminate, { headers: order.headers })
    say({ end: 'terminated' })
    return
  }
  const earlier = await upload.findPreviousUploads()
  if (earlier.length > 0) upload.resumeFromPreviousUpload(earlier[0])
  upload.start()
}

run()
