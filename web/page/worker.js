// Runs the engine for one request. A request: {module, request, files:
// [[name, File or bytes]…], watch: name, outputs: [name…], folder: name}. It answers
// {event: …} for each line that the engine prints, {progress: …} while it reads the file to watch, and at last
// {done: {code, outputs: [[name, Blob]…]}} or {failed: text}.
"use strict";

// A BlobSink keeps what was written as Blobs of a few megabytes, which the browser may put on its disk.
class BlobSink {
  constructor() {
    this.parts = [];
    this.buffer = new Uint8Array(BlobSink.piece);
    this.used = 0;
  }
  write(bytes) {
    while (bytes.length > 0) {
      const part = bytes.subarray(0, this.buffer.length - this.used);
      this.buffer.set(part, this.used);
      this.used += part.length;
      bytes = bytes.subarray(part.length);
      if (this.used === this.buffer.length) this.flush();
    }
  }
  flush() {
    if (this.used > 0) this.parts.push(new Blob([this.buffer.subarray(0, this.used)]));
    this.used = 0;
  }
  end() {
    this.flush();
    this.buffer = new Uint8Array(0);
  }
  result() {
    return new Blob(this.parts, { type: "application/octet-stream" });
  }
}
BlobSink.piece = 4 << 20;

// A MemorySink keeps a small file that the engine reads again, such as a rule file that it made.
class MemorySink {
  constructor(use) {
    this.parts = [];
    this.use = use;
  }
  write(bytes) {
    this.parts.push(bytes.slice());
  }
  end() {
    const whole = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let used = 0;
    for (const part of this.parts) {
      whole.set(part, used);
      used += part.length;
    }
    this.whole = whole;
    this.use(whole);
  }
  result() {
    return new Blob([this.whole], { type: "application/octet-stream" });
  }
}

// A PrivateSink writes to a file that only this page sees, on disk.
class PrivateSink {
  constructor(handle, file) {
    this.handle = handle;
    this.file = file;
    this.offset = 0;
    file.truncate(0);
  }
  write(bytes) {
    // The file takes views of ordinary buffers only; the memory of the engine is one.
    this.offset += this.file.write(bytes, { at: this.offset });
  }
  end() {
    this.file.flush();
    this.file.close();
  }
  result() {
    return this.handle.getFile();
  }
}

// openFolder returns the page's own folder, or undefined where the browser gives none (a page opened from a file).
async function openFolder(name) {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(name, { create: true });
  } catch {
    return undefined;
  }
}

// prepareSinks opens the outputs before the engine starts: opening a private file takes a promise, and the engine cannot
// wait for one.
async function prepareSinks(names, folderName) {
  const folder = names.length > 0 ? await openFolder(folderName) : undefined;
  const sinks = new Map();
  for (const [i, name] of names.entries()) {
    let sink = new BlobSink();
    if (folder) {
      try {
        const handle = await folder.getFileHandle(String(i), { create: true });
        sink = new PrivateSink(handle, await handle.createSyncAccessHandle());
      } catch {
        // Another tab, or a browser that keeps no files: memory it is.
      }
    }
    sinks.set(name, sink);
  }
  return sinks;
}

self.onmessage = async ({ data: { module, request, files, watch, outputs, folder } }) => {
  try {
    const sinks = await prepareSinks(outputs, folder);
    const created = new Map();
    let told = 0;
    const progress = (read, size) => {
      const now = performance.now();
      if (now - told < 100 && read < size) return;
      told = now;
      self.postMessage({ progress: { read, size, memory: wasi.memory?.buffer.byteLength } });
    };
    const readable = files.map(([name, content]) => [name,
      content instanceof Blob ? new BlobFile(content, name === watch ? progress : undefined) : new BytesFile(content)]);
    const errors = [];
    const wasi = new WASI({
      args: ["listgate", JSON.stringify(request)],
      env: ["PWD=/", "TZ=UTC"],
      files: new Map(readable),
      create: (name) => {
        const sink = sinks.get(name) ?? new MemorySink((bytes) => wasi.files.set(name, new BytesFile(bytes)));
        created.set(name, sink);
        return sink;
      },
      print: (line) => self.postMessage({ event: JSON.parse(line) }),
      log: (line) => errors.push(line),
    });
    const code = wasi.run(module);
    const results = [];
    for (const [name, sink] of created) results.push([name, await sink.result()]);
    self.postMessage({ done: { code, outputs: results, errors: errors.join("\n"), memory: wasi.memory.buffer.byteLength } });
  } catch (e) {
    self.postMessage({ failed: String(e?.message ?? e) });
  }
};
