/**
 * What Python loads at its start, before the program, in place of a `sitecustomize` of the person's
 * own, which it then loads. It writes a line for each thing it is told of, and never fails the program.
 * The file is opened for each line: a program that closes all its descriptors, and gets the number of
 * ours for a file of its own, must not find our lines in there.
 *
 * @param logPath where to write
 */
export function pythonHook(logPath: string): string {
  return HOOK.replace('LOG_PATH', JSON.stringify(logPath))
}

const HOOK = `import sys


def _pedigree():
    import os
    log_path = os.fsencode(LOG_PATH)
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if entry != here]
    write_flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
    access_mode = os.O_WRONLY | os.O_RDWR
    seen = set()
    os_open, os_write, os_close, getcwd, getpid = os.open, os.write, os.close, os.getcwdb, os.getpid
    escape = {"\\\\": "\\\\\\\\", '"': '\\\\"'}

    def quoted(raw):
        out = []
        for byte in raw.decode("latin-1"):
            if byte in escape:
                out.append(escape[byte])
            elif " " <= byte <= "~":
                out.append(byte)
            else:
                out.append("\\\\u%04x" % ord(byte))
        return '"' + "".join(out) + '"'

    def emit(kind, *parts):
        key = (getpid(), kind) + parts
        if key in seen:
            return
        if len(seen) > 50000:
            seen.clear()
        seen.add(key)
        line = '["%s",%d,%s]\\n' % (kind, key[0], ",".join(quoted(part) for part in parts))
        log = os_open(log_path, write_flags)
        try:
            os_write(log, line.encode("ascii"))
        finally:
            os_close(log)

    def absolute(path):
        raw = os.fsencode(path)
        return raw if raw.startswith(b"/") else getcwd() + b"/" + raw

    def opened(path, mode, flags):
        if isinstance(path, int):
            return
        raw = absolute(path)
        if raw == log_path:
            return
        flags = flags or 0
        access = flags & access_mode
        letters = b"" if access & os.O_WRONLY else b"r"
        if access:
            letters += b"w"
        if flags & (os.O_TRUNC | os.O_EXCL):
            letters += b"t"
        if flags & os.O_CREAT:
            letters += b"c"
        # Whoever writes may write again after another has read.
        if access:
            seen.discard((getpid(), "open", raw, letters))
        emit("open", raw, letters)

    def hook(event, args):
        try:
            if event == "open":
                opened(*args)
            elif event == "socket.connect" or event == "socket.bind":
                address = args[1]
                if isinstance(address, tuple):
                    emit(event[7:], ("%s:%s" % address[:2]).encode())
                else:
                    emit(event[7:], os.fsencode(address))
            elif event == "socket.getaddrinfo":
                if args[0] and args[1]:
                    emit("connect", ("%s:%s" % (os.fsdecode(args[0]), args[1])).encode())
            elif event == "subprocess.Popen" or event == "os.exec" or event == "os.posix_spawn":
                emit("exec", *[os.fsencode(part) for part in [args[0], *args[1][:8]] if part])
            elif event == "os.rename":
                emit("rename", absolute(args[0]), absolute(args[1]))
            elif event == "sqlite3.connect":
                if args[0] and args[0] != ":memory:":
                    emit("open", absolute(args[0]), b"rwc")
        except BaseException:
            pass

    sys.addaudithook(hook)


try:
    _pedigree()
except BaseException:
    pass
del _pedigree


def _next():
    import importlib.machinery
    import importlib.util
    found = importlib.machinery.PathFinder.find_spec("sitecustomize", sys.path)
    if found is None or found.loader is None:
        return
    module = importlib.util.module_from_spec(found)
    sys.modules["sitecustomize"] = module
    found.loader.exec_module(module)


_next()
`
