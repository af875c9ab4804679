// Documents from one PouchDB over a PouchDB server to another, all in LevelDB files.
// Prints JSON with milliseconds, of both ways (the pull live beside the push, or after it) the shorter.
// Usage: pouch_peer.cjs FOLDER COUNT SIZE PORT (PORT unused).
"use strict";
const { fork } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const { mkdirSync } = require("node:fs");
const { join, sep } = require("node:path");
const PouchDB = require("pouchdb");

const TIMES = 20;
const BATCH = { batch_size: 500 };

function serve(folder) {
  process.chdir(folder);
  const app = require("express")();
  const Stored = PouchDB.defaults({ prefix: folder + sep });
  const routes = require("express-pouchdb")(Stored, {
    mode: "minimumForPouchDB",
    inMemoryConfig: true,
    logPath: join(folder, "log"),
  });
  app.use("/", routes);
  const listener = app.listen(0, "127.0.0.1", () => process.send(listener.address().port));
}

function median(samples) {
  return samples.sort((one, other) => one - other)[Math.floor(samples.length / 2)];
}

async function took(work) {
  const began = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - began) / 1e6;
}

async function replicate(folder, count, size, port) {
  const body = () => randomBytes(Math.floor(size / 2)).toString("hex");
  const three = async (name) => {
    const centre = `http://127.0.0.1:${port}/${name}`;
    await new PouchDB(centre).info();
    const first = new PouchDB(join(folder, `first-${name}`));
    const second = new PouchDB(join(folder, `second-${name}`));
    const docs = Array.from({ length: count }, () => ({ _id: randomBytes(16).toString("hex"), body: body() }));
    await first.bulkDocs(docs);
    return { centre, first, second };
  };
  const whole = async (second) => {
    const arrived = (await second.info()).doc_count;
    if (arrived !== count) throw new Error(`${arrived} of ${count} arrived`);
  };
  const live = await three("live");
  const together = await took(async () => {
    const pulling = live.second.replicate.from(live.centre, { ...BATCH, live: true });
    const arrived = new Promise((resolve, reject) => {
      pulling.on("error", reject);
      pulling.on("change", (now) => { if (now.docs_written >= count) resolve(); });
    });
    await live.first.replicate.to(live.centre, BATCH);
    await arrived;
    pulling.cancel();
  });
  await whole(live.second);
  const { centre, first, second } = await three("centre");
  const across = async () => {
    await first.replicate.to(centre, BATCH);
    await second.replicate.from(centre, BATCH);
  };
  const apart = await took(across);
  await whole(second);
  const ms = Math.min(together, apart);
  const idle = [];
  const one = [];
  for (let turn = 0; turn < TIMES; turn++) {
    idle.push(await took(() => first.sync(centre, BATCH)));
    await first.put({ _id: `one-${turn}`, body: body() });
    one.push(await took(across));
  }
  return { ms, idle_ms: median(idle), one_ms: median(one) };
}

async function main() {
  const [folder, count, size] = process.argv.slice(2);
  mkdirSync(join(folder, "server"));
  const server = fork(__filename, ["serve", join(folder, "server")], { silent: true });
  try {
    const port = await new Promise((resolve, reject) => {
      server.once("message", resolve);
      server.once("exit", () => reject(new Error("the server ended")));
    });
    console.log(JSON.stringify(await replicate(folder, Number(count), Number(size), port)));
  } finally {
    server.kill();
  }
}

if (process.argv[2] === "serve") serve(process.argv[3]);
else main().then(() => process.exit(0), (error) => { console.error(String(error)); process.exit(1); });
