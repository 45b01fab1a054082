// The part of WASI preview 1 that a Go program uses, over files that live in the browser. A file is read through
// read(offset, length), and written through write(bytes); nothing else reaches the outside.
"use strict";

const errno = { success: 0, badf: 8, exist: 20, inval: 28, isdir: 31, noent: 44, nosys: 52, notdir: 54, rofs: 69, spipe: 70 };
const fileType = { characterDevice: 2, directory: 3, regularFile: 4 };
const rootFD = 3;

// A blobFile reads a File or Blob piece by piece. progress hears how far it was read.
class BlobFile {
  constructor(blob, progress) {
    this.blob = blob;
    this.size = blob.size;
    this.progress = progress;
    this.reader = new FileReaderSync();
    this.start = 0;
    this.ahead = new Uint8Array(0);
  }
  read(offset, length) {
    if (offset >= this.size) return new Uint8Array(0);
    const within = offset >= this.start && offset < this.start + this.ahead.length;
    if (!within) {
      const piece = Math.max(length, BlobFile.piece);
      this.start = offset;
      this.ahead = new Uint8Array(this.reader.readAsArrayBuffer(this.blob.slice(offset, offset + piece)));
      this.progress?.(offset + this.ahead.length, this.size);
    }
    return this.ahead.subarray(offset - this.start, offset - this.start + length);
  }
}
BlobFile.piece = 1 << 20;

class BytesFile {
  constructor(bytes) {
    this.bytes = bytes;
    this.size = bytes.length;
  }
  read(offset, length) {
    return this.bytes.subarray(offset, offset + length);
  }
}

class Exit extends Error {
  constructor(code) {
    super("exit " + code);
    this.code = code;
  }
}

// A WASI runs one program. files holds what it may read, by name; create(name) returns what takes the bytes of a new
// file; print(text) hears standard output, line by line, and log(text) standard error.
class WASI {
  constructor({ args, env, files, create, print, log }) {
    this.args = args;
    this.env = env;
    this.files = files;
    this.create = create;
    this.output = { 1: lines(print), 2: lines(log) };
    this.open = new Map([[rootFD, { path: "", folder: true }]]);
    this.next = rootFD + 1;
  }

  // run starts the program and returns its exit status.
  run(module) {
    const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: this.imports() });
    this.memory = instance.exports.memory;
    try {
      instance.exports._start();
      return 0;
    } catch (e) {
      if (e instanceof Exit) return e.code;
      throw e;
    }
  }

  get view() { return new DataView(this.memory.buffer); }
  bytes(pointer, length) { return new Uint8Array(this.memory.buffer, pointer, length); }
  text(pointer, length) { return new TextDecoder().decode(this.bytes(pointer, length).slice()); }

  // isFolder reports whether files lie in the folder of this path.
  isFolder(path) {
    return path === "" || [...this.files.keys()].some((name) => name.startsWith(path + "/"));
  }

  stat(pointer, type, size) {
    this.bytes(pointer, 64).fill(0);
    this.view.setUint8(pointer + 16, type);
    this.view.setBigUint64(pointer + 24, 1n, true);
    this.view.setBigUint64(pointer + 32, BigInt(size), true);
  }

  strings(list, pointers, buffer) {
    for (const s of list) {
      const encoded = new TextEncoder().encode(s + "\0");
      this.view.setUint32(pointers, buffer, true);
      this.bytes(buffer, encoded.length).set(encoded);
      pointers += 4;
      buffer += encoded.length;
    }
    return errno.success;
  }

  sizes(list, count, total) {
    this.view.setUint32(count, list.length, true);
    this.view.setUint32(total, list.reduce((sum, s) => sum + new TextEncoder().encode(s).length + 1, 0), true);
    return errno.success;
  }

  // vectors calls use(bytes) for each buffer until it takes or gives less than it could, and adds up.
  vectors(list, count, result, use) {
    let total = 0;
    for (let i = 0; i < count; i++) {
      const pointer = this.view.getUint32(list + 8 * i, true);
      const length = this.view.getUint32(list + 8 * i + 4, true);
      const done = use(this.bytes(pointer, length));
      total += done;
      if (done < length) break;
    }
    this.view.setUint32(result, total, true);
    return errno.success;
  }

  readAt(file, offset, list, count, result) {
    return this.vectors(list, count, result, (buffer) => {
      const got = file.read(offset, buffer.length);
      buffer.set(got);
      offset += got.length;
      return got.length;
    });
  }

  imports() {
    const ok = () => errno.success;
    const calls = {
      args_get: (pointers, buffer) => this.strings(this.args, pointers, buffer),
      args_sizes_get: (count, total) => this.sizes(this.args, count, total),
      environ_get: (pointers, buffer) => this.strings(this.env, pointers, buffer),
      environ_sizes_get: (count, total) => this.sizes(this.env, count, total),
      clock_time_get: (clock, precision, result) => {
        const now = clock === 0 ? Date.now() : performance.now();
        this.view.setBigUint64(result, BigInt(Math.round(now * 1e6)), true);
        return errno.success;
      },
      random_get: (pointer, length) => {
        for (let i = 0; i < length; i += 65536) {
          crypto.getRandomValues(this.bytes(pointer + i, Math.min(65536, length - i)));
        }
        return errno.success;
      },
      sched_yield: ok,
      poll_oneoff: (subscriptions, events, count, result) => {
        // Only clocks are waited for here; each is answered as over.
        for (let i = 0; i < count; i++) {
          this.bytes(events + 32 * i, 32).fill(0);
          this.view.setBigUint64(events + 32 * i, this.view.getBigUint64(subscriptions + 48 * i, true), true);
          this.view.setUint8(events + 32 * i + 10, this.view.getUint8(subscriptions + 48 * i + 8));
        }
        this.view.setUint32(result, count, true);
        return errno.success;
      },
      proc_exit: (code) => { throw new Exit(code); },

      fd_prestat_get: (fd, result) => {
        if (fd !== rootFD) return errno.badf;
        this.view.setUint32(result, 0, true);
        this.view.setUint32(result + 4, 1, true);
        return errno.success;
      },
      fd_prestat_dir_name: (fd, pointer) => {
        this.bytes(pointer, 1)[0] = "/".charCodeAt(0);
        return errno.success;
      },
      fd_fdstat_get: (fd, result) => {
        const open = this.open.get(fd);
        if (!open && fd > 2) return errno.badf;
        this.bytes(result, 24).fill(0);
        this.view.setUint8(result, fd <= 2 ? fileType.characterDevice : open.folder ? fileType.directory : fileType.regularFile);
        this.view.setBigUint64(result + 8, 0xffffffffffffffffn, true);
        this.view.setBigUint64(result + 16, 0xffffffffffffffffn, true);
        return errno.success;
      },
      fd_fdstat_set_flags: ok,
      fd_filestat_get: (fd, result) => {
        const open = this.open.get(fd);
        if (!open) return errno.badf;
        this.stat(result, open.folder ? fileType.directory : fileType.regularFile, open.file?.size ?? open.written ?? 0);
        return errno.success;
      },
      path_filestat_get: (fd, flags, pointer, length, result) => {
        const path = this.path(fd, pointer, length);
        const file = this.files.get(path);
        if (file) this.stat(result, fileType.regularFile, file.size);
        else if (this.isFolder(path)) this.stat(result, fileType.directory, 0);
        else return errno.noent;
        return errno.success;
      },
      path_open: (fd, dirFlags, pointer, length, openFlags, rights, inherit, fdFlags, result) => {
        const path = this.path(fd, pointer, length);
        const creating = (openFlags & 1) !== 0;
        let open;
        if (this.files.has(path)) {
          if (creating) return errno.rofs;
          open = { path, file: this.files.get(path), offset: 0 };
        } else if (this.isFolder(path)) {
          if (creating) return errno.isdir;
          open = { path, folder: true };
        } else if (creating) {
          open = { path, sink: this.create(path), written: 0 };
        } else {
          return errno.noent;
        }
        this.open.set(this.next, open);
        this.view.setUint32(result, this.next++, true);
        return errno.success;
      },
      fd_read: (fd, list, count, result) => {
        if (fd === 0) return this.vectors(list, count, result, () => 0);
        const open = this.open.get(fd);
        if (!open?.file) return errno.badf;
        const code = this.readAt(open.file, open.offset, list, count, result);
        open.offset += this.view.getUint32(result, true);
        return code;
      },
      fd_pread: (fd, list, count, offset, result) => {
        const open = this.open.get(fd);
        return open?.file ? this.readAt(open.file, Number(offset), list, count, result) : errno.badf;
      },
      fd_write: (fd, list, count, result) => {
        const open = this.open.get(fd);
        const write = this.output[fd] ?? (open?.sink && ((bytes) => open.sink.write(bytes)));
        if (!write) return errno.badf;
        return this.vectors(list, count, result, (bytes) => {
          write(bytes);
          if (open) open.written += bytes.length;
          return bytes.length;
        });
      },
      fd_seek: (fd, offset, whence, result) => {
        const open = this.open.get(fd);
        if (!open?.file) return errno.spipe;
        const from = [0, open.offset, open.file.size][whence];
        open.offset = from + Number(offset);
        this.view.setBigUint64(result, BigInt(open.offset), true);
        return errno.success;
      },
      fd_sync: ok,
      fd_datasync: ok,
      fd_close: (fd) => {
        const open = this.open.get(fd);
        if (!open) return errno.badf;
        open.sink?.end();
        this.open.delete(fd);
        return errno.success;
      },
      fd_readdir: (fd, pointer, length, cookie, result) => {
        const open = this.open.get(fd);
        if (!open?.folder) return errno.notdir;
        const entries = this.entries(open.path).slice(Number(cookie));
        let used = 0;
        entries.forEach(([name, folder], i) => {
          const encoded = new TextEncoder().encode(name);
          const entry = new Uint8Array(24 + encoded.length);
          const view = new DataView(entry.buffer);
          view.setBigUint64(0, cookie + BigInt(i) + 1n, true);
          view.setUint32(16, encoded.length, true);
          view.setUint8(20, folder ? fileType.directory : fileType.regularFile);
          entry.set(encoded, 24);
          const part = entry.subarray(0, Math.max(0, length - used));
          this.bytes(pointer + used, part.length).set(part);
          used += part.length;
        });
        this.view.setUint32(result, used, true);
        return errno.success;
      },
    };
    // What the program links and does not need here is answered "not supported".
    const none = ["fd_advise", "fd_allocate", "fd_fdstat_set_rights", "fd_filestat_set_size", "fd_filestat_set_times", "fd_pwrite",
      "fd_renumber", "fd_tell", "path_create_directory", "path_filestat_set_times", "path_link", "path_readlink",
      "path_remove_directory", "path_rename", "path_symlink", "path_unlink_file", "proc_raise", "sock_accept", "sock_recv",
      "sock_send", "sock_shutdown"];
    for (const name of none) calls[name] = () => errno.nosys;
    return calls;
  }

  path(fd, pointer, length) {
    const folder = this.open.get(fd)?.path ?? "";
    const parts = (folder + "/" + this.text(pointer, length)).split("/");
    return parts.filter((part) => part !== "" && part !== ".").join("/");
  }

  // entries lists a folder: [name, whether it is a folder itself].
  entries(path) {
    const before = path === "" ? "" : path + "/";
    const found = new Map();
    for (const name of this.files.keys()) {
      if (!name.startsWith(before)) continue;
      const [first, ...rest] = name.slice(before.length).split("/");
      found.set(first, rest.length > 0);
    }
    return [...found];
  }
}

// lines returns a function that takes bytes and calls use with each whole line of them.
function lines(use) {
  const decoder = new TextDecoder();
  let rest = "";
  return (bytes) => {
    rest += decoder.decode(bytes.slice(), { stream: true });
    const parts = rest.split("\n");
    rest = parts.pop();
    parts.forEach((line) => use(line));
  };
}
