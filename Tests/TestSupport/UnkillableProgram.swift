/// A program that is there, whatever kills it, as what waits for a dead disk.
package enum UnkillableProgram {
  /// The program, in Python.
  ///
  /// Its arguments are a file that gets `start ` with every start, and one that gets the number of its tracer: what
  /// is traced stays until its tracer looks away, which that one's end does. From the second start on it just succeeds.
  package static let text = """
    import ctypes, os, sys, time
    c = ctypes.CDLL(None)
    with open(sys.argv[1], "a") as starts: starts.write("start ")
    if open(sys.argv[1]).read().count("start") > 1: sys.exit(0)
    c.prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: anybody
    if os.fork() == 0:
      os.setsid()
      c.ptrace(0x4206, os.getppid(), None, None)  # PTRACE_SEIZE
      open(sys.argv[2], "w").write(str(os.getpid()))
    time.sleep(1000)
    """
}
